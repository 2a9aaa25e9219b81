import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { PrivateJwk } from '../src/keys/index.ts';
import type { Json } from './records.ts';

/** More than either side answers in a second. */
const PER_SECOND = 3000;
const AT_ONCE = 500;
const signAside = promisify(sign);

/** Texts that are good once each, signed before the load begins so that the driver has no part in the figures. */
export interface Supply {
  /** Signs what `seconds` of load may use up. */
  fill(seconds: number): Promise<void>;
  take(): string;
}

/** JWTs by ES384, each with a `jti` of its own, good for four minutes. */
export function supplyJwts(key: PrivateJwk, typ: string, claims: Json): Supply {
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
  const head = encode({ typ, alg: 'ES384', kid: key.kid });
  let ready: string[] = [];

  async function make(): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    const input = `${head}.${encode({ ...claims, iat, exp: iat + 240, jti: randomUUID() })}`;
    const signature = await signAside('sha384', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }

  return {
    async fill(seconds) {
      ready = [];
      while (ready.length < seconds * PER_SECOND) {
        ready.push(...(await Promise.all(Array.from({ length: AT_ONCE }, make))));
      }
    },
    take() {
      const text = ready.pop();
      if (text === undefined) throw new Error('The load used up all that was signed for it.');
      return text;
    },
  };
}

function encode(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
