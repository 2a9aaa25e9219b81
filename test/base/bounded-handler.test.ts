import type { Dispatcher } from 'undici';
import { expect, test } from '@jest/globals';
import { boundHandler } from '../../src/base/bounded-handler.ts';
import { waitUntil } from '../support/wait-until.ts';

// What undici does in an order that no server can bring about at will; the rest is in guarded-dispatcher.test.ts.

test('a call whose time is over before it had a connection fails once, and is not sent when it has one', async () => {
  const told: string[] = [];
  const aborted: (Error | null)[] = [];
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => void told.push('start'),
    onResponseStart: () => void told.push('answer'),
    onResponseError: (controller, error) => void told.push(`${error.message} ${controller.aborted}`),
  };
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason) => void aborted.push(reason),
    pause: () => undefined,
    resume: () => undefined,
  };
  const bounded = boundHandler(handler, 'ehr.example', { maxBytes: 1, timeoutMs: 1 });
  await waitUntil(async () => told.length > 0);
  bounded.onRequestStart?.(controller, {});
  expect(aborted).toEqual([expect.objectContaining({ reason: 'too-slow' })]);
  // So undici ends what was stopped.
  bounded.onResponseError?.(controller, aborted[0]!);
  expect(told).toEqual(['ehr.example took too long to answer. true']);
});
