import { expect, test } from '@jest/globals';
import { framesOf } from '../../src/base/index.ts';

test('says where, without the message and without folders of the machine', () => {
  const error = new Error('Trần Thị Ánh, born 1970\n    Trần again');
  error.stack = [
    `Error: ${error.message}`,
    '    at read (file:///home/somebody/consilium/src/store/read.ts:12:3)',
    '    at Object.query (/home/somebody/consilium/node_modules/pg/lib/client.js:1:2)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
  ].join('\n');
  expect(framesOf(error)).toBe(
    'at read (src/store/read.ts:12:3) < at Object.query (node_modules/pg/lib/client.js:1:2) < ' +
      'at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
  );
});
