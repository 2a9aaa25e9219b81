import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createEventSource, printMessage } from '../../src/http/event-source.ts';

test('a message is printed as browsers read it', () => {
  expect(printMessage({ type: 'handshake', body: '{"a":\n1,\r\n"b":2}', cursor: 'c.d' })).toBe(
    'event: handshake\nid: c.d\ndata: {"a":\ndata: 1,\ndata: "b":2}\n\n',
  );
  expect(printMessage({ type: 'heartbeat', cursor: 'c' })).toBe(': heartbeat\nid: c\n\n');
  expect(printMessage({ type: 'heartbeat' })).toBe(': heartbeat\n\n');
});

const event = { type: 'event-notification', body: JSON.stringify({ text: 'x'.repeat(10_000) }) } as const;

test('whoever writes waits for who does not read, up to some kB', async () => {
  const ended: string[] = [];
  const { readable, outlet } = createEventSource(
    1000,
    () => ended.push('end'),
    () => ended.push('cut'),
  );
  let written = 0;
  const writing = (async () => {
    for (let n = 0; n < 20; n++) {
      await outlet.write(event);
      written++;
    }
  })();
  await turn();
  expect(written).toBeGreaterThan(2);
  expect(written).toBeLessThan(10);
  const chunks: Buffer[] = [];
  readable.on('data', (chunk: Buffer) => chunks.push(chunk));
  await writing;
  outlet.end({ type: 'end', body: '{}' });
  outlet.end({ type: 'end', body: '{}' });
  // Nothing comes behind the last word.
  await outlet.write(event);
  await new Promise((resolve) => readable.once('end', resolve));
  const text = Buffer.concat(chunks).toString();
  expect(text.match(/^event: event-notification$/gm)).toHaveLength(20);
  expect(text).toMatch(/^retry: 1000\n\n/);
  expect(text).toMatch(/\n\nevent: end\ndata: \{\}\n\n$/);
  expect(ended).toEqual(['end']);
});

test('who is cut off holds up nobody', async () => {
  const ended: string[] = [];
  const { readable, outlet } = createEventSource(
    1000,
    () => ended.push('end'),
    () => ended.push('cut'),
  );
  const writing = Promise.all(Array.from({ length: 20 }, () => outlet.write(event)));
  outlet.cut();
  await writing;
  await outlet.write(event);
  expect([readable.destroyed, ended]).toEqual([true, ['cut']]);
});
