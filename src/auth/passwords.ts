import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Fault, randomCode } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { problem } from './registry.ts';

export const PASSWORD_CHARACTERS_LEAST = 12;
export const PASSWORD_CHARACTERS_MOST = 256;

/** What one guess costs: 128 MiB and a third of a second. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const COST: Cost = { log2: 17, blockSize: 8, parallel: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** At once, in one process: each takes a thread of the pool that files and names need as well. */
const AT_ONCE = 2;
const WAITING_MOST = 50;

interface Cost {
  /** N = 2^log2. */
  readonly log2: number;
  /** r */
  readonly blockSize: number;
  /** p */
  readonly parallel: number;
}

/** What is stored of a password. */
const ENCODED = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;
/** Compared with where nobody has a password, so that this takes as long: no password comes to it. */
const NOBODY = encode(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

/** A password for somebody's first sign-in, to be read from a letter: 80 random bits. */
export function makePassword(): string {
  return randomCode(16).replace(/.{4}(?=.)/g, '$&-');
}

/** What is wrong with a password that somebody is to have. */
export function checkPassword(password: string, login: string): Issue[] {
  const length = Array.from(normalise(password)).length;
  if (length < PASSWORD_CHARACTERS_LEAST || length > PASSWORD_CHARACTERS_MOST) {
    const text = `A password has ${PASSWORD_CHARACTERS_LEAST} to ${PASSWORD_CHARACTERS_MOST} characters. Choose a longer one, a few words for example.`;
    return [problem('value', 'password-length', text, 'password')];
  }
  if (normalise(password).toLowerCase().includes(login)) {
    const text = 'The password contains the login. Choose one that nobody guesses from it.';
    return [problem('value', 'password-login', text, 'password')];
  }
  if (new Set(normalise(password)).size < 5) {
    const text = 'The password repeats a few characters. Choose one with at least five different ones.';
    return [problem('value', 'password-weak', text, 'password')];
  }
  return [];
}

/**
 * What is to be stored of a password, with all that is needed to compare another with it.
 * @throws Fault 503 when too many wait for theirs
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return encode(COST, salt, await derive(password, salt, COST));
}

/**
 * Whether this is the password that `encoded` was made of. Where there is none (null), it is not, after as much work.
 * @throws Fault 503 when too many wait for theirs
 */
export async function verifyPassword(password: string, encoded: string | null): Promise<boolean> {
  const [, log2, blockSize, parallel, salt = '', stored = ''] = ENCODED.exec(encoded ?? NOBODY) ?? [];
  if (log2 === undefined) throw new Error('What is stored of a password cannot be read.');
  const cost = { log2: Number(log2), blockSize: Number(blockSize), parallel: Number(parallel) };
  // Nobody has a longer one, and its length must not buy more work.
  const isPossible = password.length <= PASSWORD_CHARACTERS_MOST * 2;
  const key = await derive(isPossible ? password : '', Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(key, Buffer.from(stored, 'base64url')) && isPossible && encoded !== null;
}

/** The same word however a keyboard composes it. https://www.rfc-editor.org/rfc/rfc8265#section-4.2 */
function normalise(password: string): string {
  return password.normalize('NFKC');
}

function encode({ log2, blockSize, parallel }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', log2, blockSize, parallel, salt.toString('base64url'), key.toString('base64url')].join('$');
}

let working = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  if (working < AT_ONCE) working++;
  else await takeTurn();
  try {
    return await run(normalise(password), salt, cost);
  } finally {
    // Whoever is next takes over the place.
    const next = waiting.shift();
    if (next === undefined) working--;
    else next();
  }
}

function takeTurn(): Promise<void> {
  if (waiting.length >= WAITING_MOST) {
    const text = 'Too many people sign in at this moment. Try again in a few seconds.';
    const issue = { severity: 'error', code: 'throttled', key: 'sign-in-busy', text } as const;
    throw new Fault(503, issue, { 'retry-after': '5' });
  }
  return new Promise((resolve) => void waiting.push(resolve));
}

function run(password: string, salt: Buffer, { log2, blockSize, parallel }: Cost): Promise<Buffer> {
  const N = 2 ** log2;
  // OpenSSL asks for a little more than the blocks themselves.
  const maxmem = 128 * N * blockSize + 1024 * 1024;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, { N, r: blockSize, p: parallel, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
