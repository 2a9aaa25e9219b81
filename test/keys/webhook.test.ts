import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from '@jest/globals';
import {
  makeWebhookKey,
  newSecret,
  openWebhookKey,
  showSecret,
  showWebhookKey,
  signWebhook,
  thumbprint,
  toWebhookId,
  toWebhookPublicJwk,
} from '../../src/keys/index.ts';
import type { WebhookMessage } from '../../src/keys/index.ts';

const now = Math.floor(Date.now() / 1000);
const message: WebhookMessage = { id: 'sub1-4-9', timestamp: now, body: '{"resourceType":"Bundle"}' };
const secrets = [newSecret(), newSecret(), newSecret()];

/** As a receiver of the other side does it, with the package that the specification comes with. */
function isTaken(secret: Uint8Array, { id, timestamp, body }: WebhookMessage, signature: string): boolean {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
  try {
    new Webhook(showSecret(secret)).verify(Buffer.from(body), headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** As one does that knows nothing but `whpk_…`. */
function isSignedWith(shown: string, { id, timestamp, body }: WebhookMessage, signature: string): boolean {
  const x = Buffer.from(shown.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  return signature
    .split(' ')
    .filter((one) => one.startsWith('v1a,'))
    .some((one) => verify(null, content, key, Buffer.from(one.slice(4), 'base64')));
}

describe('with secrets', () => {
  test('the package of the specification takes what was signed with any of them', () => {
    const signature = signWebhook(message, secrets);
    expect(signature.split(' ')).toHaveLength(3);
    for (const secret of secrets) expect(isTaken(secret, message, signature)).toBe(true);
    expect(isTaken(newSecret(), message, signature)).toBe(false);
  });
  test('a receiver with the former secret and one with the new take it while they change over, and no longer', () => {
    const [former, next] = [newSecret(), newSecret()];
    const meanwhile = signWebhook(message, [next, former]);
    expect([former, next].map((secret) => isTaken(secret, message, meanwhile))).toEqual([true, true]);
    const afterwards = signWebhook(message, [next]);
    expect([former, next].map((secret) => isTaken(secret, message, afterwards))).toEqual([false, true]);
  });
  test('the package makes the same signature', () => {
    const theirs = new Webhook(showSecret(secrets[0]!)).sign(message.id, new Date(now * 1000), String(message.body));
    expect(signWebhook(message, [secrets[0]!])).toBe(theirs);
  });
  test('a secret is shown as the specification has it', () => {
    const secret = newSecret();
    expect(secret).toHaveLength(32);
    expect(showSecret(secret)).toBe(`whsec_${Buffer.from(secret).toString('base64')}`);
    expect(newSecret()).not.toEqual(secret);
  });
});

describe('with keys', () => {
  test('anybody with the public key can verify it; secrets come first', () => {
    const [one, other, third] = [makeWebhookKey(), makeWebhookKey(), makeWebhookKey()];
    const signature = signWebhook(message, [secrets[0]!], [openWebhookKey(one), openWebhookKey(other)]);
    expect(signature.split(' ').map((part) => part.split(',')[0])).toEqual(['v1', 'v1a', 'v1a']);
    const shown = [one, other, third].map((jwk) => showWebhookKey(jwk));
    expect(shown.map((key) => isSignedWith(key, message, signature))).toEqual([true, true, false]);
    // What it does not know it passes over.
    expect(isTaken(secrets[0]!, message, signature)).toBe(true);
  });
  test('the public half has no private part, and is named by its thumbprint', () => {
    const jwk = toWebhookPublicJwk(makeWebhookKey());
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' });
    expect(showWebhookKey(jwk)).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
  });
  test('its name is the one that others give it', () => {
    const jwk = makeWebhookKey();
    expect(jwk.kid).toBe(thumbprint(jwk));
    // https://www.rfc-editor.org/rfc/rfc8037#appendix-A.3
    const example = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    expect(thumbprint(example)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });
});

test.each<[string, WebhookMessage]>([
  ['another id', { ...message, id: 'sub1-4-10' }],
  ['another time', { ...message, timestamp: now + 1 }],
  ['another body', { ...message, body: '{"resourceType":"Bundle" }' }],
  ['no body', { ...message, body: '' }],
])('%s is refused by all who verify', (_what, changed) => {
  const key = makeWebhookKey();
  const signature = signWebhook(message, secrets, [openWebhookKey(key)]);
  expect(secrets.map((secret) => isTaken(secret, changed, signature))).toEqual([false, false, false]);
  expect(isSignedWith(showWebhookKey(key), changed, signature)).toBe(false);
});

test('whatever is sent is taken, and nothing else than that', () => {
  const key = makeWebhookKey();
  const shown = showWebhookKey(key);
  const opened = openWebhookKey(key);
  // The package reads bodies as text.
  const body = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/),
      fc.nat(),
      body,
      body,
      fc.uint8Array({ minLength: 24, maxLength: 64 }),
      (subscription, number, sent, other, secret) => {
        const one = { id: toWebhookId(`${subscription}-${number}-${number + 1}`), timestamp: now, body: sent };
        const signature = signWebhook(one, [secret], [opened]);
        expect(isTaken(secret, one, signature)).toBe(true);
        expect(isSignedWith(shown, one, signature)).toBe(true);
        const isSame = sent === other;
        expect(isTaken(secret, { ...one, body: other }, signature)).toBe(isSame);
        expect(isSignedWith(shown, { ...one, body: other }, signature)).toBe(isSame);
      },
    ),
    { seed: 20261122, numRuns: 150 },
  );
});

test('bytes are signed as they are', () => {
  const key = makeWebhookKey();
  const sent = { ...message, body: Uint8Array.of(0, 255, 128, 10) };
  const signature = signWebhook(sent, [], [openWebhookKey(key)]);
  expect(isSignedWith(showWebhookKey(key), sent, signature)).toBe(true);
  expect(isSignedWith(showWebhookKey(key), { ...sent, body: Uint8Array.of(0, 255, 128) }, signature)).toBe(false);
});

describe('an id', () => {
  test('holds no point', () => {
    expect(toWebhookId('a.b.c-2-3')).toBe('a~b~c-2-3');
  });
  test.each(['a.1', '', 'a b', 'a\r\nb', 'x'.repeat(257)])('%j is none', (id) => {
    expect(() => signWebhook({ ...message, id }, secrets)).toThrow(RangeError);
  });
  test.each([1.5, -1, NaN])('%d is no timestamp', (timestamp) => {
    expect(() => signWebhook({ ...message, timestamp }, secrets)).toThrow(RangeError);
  });
  test('nothing is sent unsigned', () => {
    expect(() => signWebhook(message, [])).toThrow(RangeError);
  });
});
