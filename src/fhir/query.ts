import { isUtf8 } from 'node:buffer';
import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';

/**
 * `name=value&…` → pairs in their order, repeats kept. Unlike URLSearchParams it refuses (400, as a thrown Fault) what
 * is not percent-encoded UTF-8, instead of searching for something else than was meant.
 * https://url.spec.whatwg.org/#urlencoded-parsing
 */
export function parseQuery(query: string | Buffer): [name: string, value: string][] {
  if (typeof query !== 'string' && !isUtf8(query)) throw badEncoding();
  const pairs: [string, string][] = [];
  for (const part of query.toString().split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]);
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badEncoding();
  }
}

function badEncoding(): Fault {
  const text =
    'A search parameter is not percent-encoded UTF-8. Write a percent sign as %25, other characters by their UTF-8 bytes.';
  return fault(400, 'value', 'bad-encoding', text);
}
