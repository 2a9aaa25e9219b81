import { hash } from 'node:crypto';
import type { Issue } from '../base/index.ts';
import { problem } from './registry.ts';

const LOGIN = /^[a-z0-9][a-z0-9._@+-]{1,127}$/;

/** A login as it is stored: however it was typed, capital letters or not. */
export function normaliseLogin(login: string): string {
  // Nobody has a longer one; what is longer is not known, whatever it becomes.
  return login.slice(0, 256).normalize('NFKC').trim().toLowerCase();
}

/** Whether anybody can have this login, normalised. */
export function isLogin(login: string): boolean {
  return LOGIN.test(login);
}

/** What is wrong with a login that somebody is to have, normalised. */
export function checkLogin(login: string): Issue[] {
  if (isLogin(login)) return [];
  const text =
    'A login has 2 to 128 letters (a to z), digits and . _ @ + -, and begins with a letter or a digit. An e-mail address will do.';
  return [problem('value', 'login-syntax', text, 'login')];
}

/**
 * Under what attempts are counted. Logins and addresses are not kept as such: a stolen table tells nobody who tried from
 * where.
 */
export function attemptKey(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\0'), 'base64url');
}
