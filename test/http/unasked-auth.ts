import type { createServer } from '../../src/http/index.ts';

type Auth = Parameters<typeof createServer>[0]['auth'];

/** The authorization server where only routes are looked at: whatever is asked of it fails with `error`. */
export function unaskedAuth(error: Error = new Error('not called')): Auth {
  const refuse = (): never => {
    throw error;
  };
  return new Proxy({} as Auth, { get: () => refuse });
}
