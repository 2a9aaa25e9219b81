import { describe, expect, it } from '@jest/globals';
import { compileParameter, isSupported } from '../../src/search/compile-parameter.ts';
import { boundKey, normaliseString, paramKey } from '../../src/search/index.ts';
import { isWordScope } from '../../src/search/words.ts';
import { definitions } from '../definitions/r4.ts';

const every = definitions.resourceTypes.flatMap((type) =>
  [...definitions.searchParameters(type).values()].map((parameter) => ({ type, parameter })),
);

/** Everything of R4 that is not compiled. */
const NOT_COMPILED = ['_content', '_text'];

const TOOLS = { relative: (url: string) => url, scaleOf: () => undefined };

describe('the search parameters of R4 and of the project', () => {
  it('are compiled, but for a short list', () => {
    const missing = every.filter(
      ({ type, parameter }) => compileParameter(definitions, type, parameter, TOOLS) === undefined,
    );
    expect(every.length).toBeGreaterThan(2500);
    expect([...new Set(missing.map(({ parameter }) => parameter.code))].sort()).toEqual(NOT_COMPILED);
  });

  it('are known to be supported exactly where they are compiled, or answered from words', () => {
    for (const { type, parameter } of every) {
      const compiled =
        compileParameter(definitions, type, parameter, TOOLS) !== undefined || isWordScope(parameter.code);
      expect([type, parameter.code, isSupported(definitions, type, parameter)]).toEqual([
        type,
        parameter.code,
        compiled,
      ]);
    }
  });

  it('have different keys', () => {
    const names = every.flatMap(({ type, parameter: { code } }) => [
      `${type} ${code}`,
      `${type} ${code}:text`,
      `${type} ${code}:identifier`,
      `${type} ${code}:of-type`,
      `${type} ${code}:parts`,
    ]);
    const keys = new Set(names.map((name) => paramKey(...(name.split(' ') as [string, string]))));
    expect(keys.size).toBe(names.length);
  });
});

describe('paramKey', () => {
  it('never changes, for it is stored', () => {
    // FNV-1a, 32 bit, of "ServiceRequest.status".
    expect(paramKey('ServiceRequest', 'status')).toBe(71400075);
  });
});

describe('boundKey', () => {
  it('keeps values up to 512 bytes', () => {
    expect(boundKey('é'.repeat(256))).toBe('é'.repeat(256));
  });

  it('cuts longer ones at a whole character and tells them apart', () => {
    const [a, b] = [boundKey(`x${'é'.repeat(300)}a`), boundKey(`x${'é'.repeat(300)}b`)];
    expect(a).toMatch(/^xé{199}…[0-9a-f]{64}$/);
    expect(b.slice(0, 201)).toBe(a.slice(0, 201));
    expect(b).not.toBe(a);
  });
});

describe('normaliseString', () => {
  it.each([
    ['  Müller-Lüdenscheidt ', 'muller-ludenscheidt'],
    ['Nguyễn  Văn\tĐức', 'nguyen van duc'],
    ['STRASSE', 'strasse'],
    ['Straße', 'strasse'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['İstanbul', 'istanbul'],
    ['ﬁne', 'fine'],
    ['がん', 'がん'],
    ['北京', '北京'],
    ['D’Angelo–Reed', "d'angelo-reed"],
    ['\u0301', ''],
  ])('%s → %s', (text, normalised) => {
    expect(normaliseString(text)).toBe(normalised);
  });
});
