import { expect, it } from '@jest/globals';
import { Fault } from '../../src/base/index.ts';
import { parseJson } from '../../src/fhir/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { canonical, codec } from '../fhir/xml/codec.ts';
import { validate } from './check.ts';

/*
 * Whatever is taken in JSON can be read in XML: odd resources are refused, or are the same after JSON → XML → JSON. The
 * same but for what says nothing: white space around a div, and an array of nothing but nulls beside its companion.
 */

const ROUNDS = 6_000;
const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"';

/** The same numbers from 0 to 1 each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CHARACTERS = [
  ...Array.from('\t\n\r "\'&<>/\\=;-\u0001\u000b\u001f\u007f\u0085\u00a0\u2028\ufdd0\ufeff\ufffd\ufffe\uffffé'),
  '😀',
  '\u{10ffff}',
  ']]>',
  '&nbsp;',
  '&amp;',
  '&#1;',
  '&#65;',
];
const NUMBERS = ['1.10', '-0.0', '0.000', '1E-22', '1e+22', '123456789012345678', '9007199254740993', '-0', '1e400'];
const PIECES = [
  '<p>',
  '</p>',
  '<br/>',
  '<br>',
  '<b class="a" id=\'b\'>',
  '</b>',
  '<p xml:lang="de"\n>',
  '<i class="a" class="b">',
  '</i>',
  '<a href="?a=1&b=2">',
  '<a href="?a=1&amp;b=2">',
  '</a>',
  '<!-- a -->',
  '<!-- a -- b -->',
  '<![CDATA[a]]>',
  '<?a b?>',
  `<p ${XHTML}>`,
  '<p xmlns="urn:x">',
  '<h:p>',
  '<p title="&nope;">',
  '<p\u00a0title="a">',
  '<p title="]]>">',
  ' ',
  'text',
  ...CHARACTERS,
];
/** What may stand beside a value, and what may not. */
const companions = (): readonly unknown[] => [
  { id: 'a' },
  { id: ' ' },
  { id: 'a b' },
  {},
  null,
  [null],
  [{ id: 'a' }],
  { extension: [{ url: 'urn:x', valueCode: 'a' }] },
  [{ extension: [{ url: 'urn:x', valueDecimal: JSON.rawJSON('1.50') }] }, null],
  [null, { extension: [{ url: 'urn:x', valueString: 'a' }] }],
];

function sound(): Resource {
  return {
    resourceType: 'Patient',
    id: 'a',
    meta: { profile: ['http://p.example'], tag: [{ system: 'http://s.example', code: 'a' }] },
    language: 'de',
    text: { id: 't', status: 'generated', div: `<div ${XHTML}><p>a</p></div>` },
    contained: [
      { resourceType: 'Organization', id: 'o', name: 'A', text: { status: 'empty', div: `<div ${XHTML}>-</div>` } },
    ],
    extension: [
      { url: 'http://x.example/1', valueDecimal: 1 },
      { url: 'http://x.example/2', valueBase64Binary: 'QUJD', id: 'e' },
      { url: 'http://x.example/3', valueMarkdown: 'a' },
      { url: 'http://x.example/4', valueUri: 'a' },
      { url: 'http://x.example/5', valueInteger: 1 },
      { url: 'http://x.example/6', valueDateTime: '2024-02-29T10:00:00Z' },
      { url: 'http://x.example/7', valueId: 'a' },
      { url: 'http://x.example/8', valueTiming: { event: ['2024', '2025'] } },
    ],
    identifier: [{ system: 'http://s.example', value: 'a' }],
    name: [{ id: 'n', family: 'A', given: ['B', 'C'] }],
    gender: 'female',
    birthDate: '2000-01-01',
    managingOrganization: { reference: '#o' },
    communication: [{ language: { text: 'a' }, preferred: true }],
  };
}

type Node = Record<string, unknown> | unknown[];

function nodesOf(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return [];
  return [value as Node, ...Object.values(value).flatMap(nodesOf)];
}

/** Makes one thing odd. */
function distort(resource: Resource, next: () => number): void {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const node = pick(nodesOf(resource).filter((each) => Object.keys(each).length > 0));
  const keys = Object.keys(node);
  const key = pick(keys);
  const tree = node as Record<string, unknown>;
  const value = tree[key];
  const way = next();
  if (key === 'div' && way < 0.9)
    tree[key] = `<div ${XHTML}>${Array.from({ length: 1 + next() * 4 }, () => pick(PIECES)).join('')}</div>`;
  else if (typeof value === 'string' && way < 0.6) {
    const at = Math.floor(next() * (value.length + 1));
    tree[key] = value.slice(0, at) + pick(CHARACTERS) + value.slice(at);
  } else if (typeof value === 'string' && way < 0.7) tree[key] = pick(['', ' ', '\n', '\u00a0', ...CHARACTERS]);
  else if (typeof value === 'number') tree[key] = JSON.rawJSON(pick(NUMBERS));
  else if (Array.isArray(node)) node[Number(key)] = pick([null, 'a', {}, value]);
  else if (way < 0.97) tree[`_${key}`] = pick(companions());
  else delete tree[key];
}

/** The reasons why it is refused; else what is in it before and after it goes through XML. */
function judge(text: string): { refused: string } | { before: string; after: string } {
  let tree: Resource;
  try {
    tree = parseJson(Buffer.from(text)) as Resource;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { refused: error.message };
  }
  const [first] = validate(tree);
  if (first !== undefined) return { refused: first.key };
  return { before: content(tree), after: content(codec.parse(Buffer.from(codec.print(tree)))) };
}

function content(tree: unknown): string {
  return canonical(tree, (name, value) => {
    if (name === 'div' && typeof value === 'string') return value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    return Array.isArray(value) && value.every((item) => item === null) ? undefined : value;
  });
}

it('is refused, or the same after JSON → XML → JSON', () => {
  const next = random(20_261);
  const refusals = new Map<string, number>();
  let same = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const resource = sound();
    for (let change = 0; change < 1 + next(); change++) distort(resource, next);
    const text = JSON.stringify(resource);
    const answer = judge(text);
    if ('refused' in answer) refusals.set(answer.refused, (refusals.get(answer.refused) ?? 0) + 1);
    else {
      expect({ text, content: answer.after }).toEqual({ text, content: answer.before });
      same += 1;
    }
  }
  // Both happen often, and for many reasons.
  expect(same).toBeGreaterThan(500);
  expect(refusals.size).toBeGreaterThan(8);
  expect(Math.max(...refusals.values())).toBeLessThan(ROUNDS - same);
});

it('is so for every pair of pieces in a narrative', () => {
  let same = 0;
  for (const one of PIECES) {
    for (const other of PIECES) {
      const div = `<div ${XHTML}>a${one}${other}</div>`;
      const answer = judge(
        JSON.stringify({ resourceType: 'Basic', code: { text: 'a' }, text: { status: 'empty', div } }),
      );
      if ('refused' in answer) continue;
      expect({ div, content: answer.after }).toEqual({ div, content: answer.before });
      same += 1;
    }
  }
  expect(same).toBeGreaterThan(PIECES.length);
  expect(same).toBeLessThan(PIECES.length ** 2);
});

it.each([
  ['U+FFFE', { name: [{ text: 'a\ufffe' }] }, 'Patient.name[0].text'],
  ['U+FFFF in a URI', { photo: [{ url: 'a\uffff' }] }, 'Patient.photo[0].url'],
  ['a control character in a code', { gender: 'a\u0001' }, 'Patient.gender'],
  ['a control character in the id of an element', { name: [{ id: 'a\u0001', text: 'a' }] }, 'Patient.name[0].id'],
  ['white space for text', { name: [{ text: ' \n' }] }, 'Patient.name[0].text'],
  ['extensions of the id of an element', { name: [{ text: 'a', _id: { id: 'x' } }] }, 'Patient.name[0]._id'],
  [
    'extensions of a url',
    { extension: [{ url: 'https://example.org/a', _url: { id: 'x' }, valueCode: 'a' }] },
    'Patient.extension[0]._url',
  ],
  [
    'extensions of a narrative',
    { text: { status: 'empty', div: `<div ${XHTML}>a</div>`, _div: { id: 'a' } } },
    'Patient.text._div',
  ],
])('refuses %s', (_what, members, expression) => {
  expect(validate({ resourceType: 'Patient', ...members }).map((issue) => issue.expression)).toEqual([expression]);
});

it('takes extensions of the id of a resource', () => {
  const extension = [{ url: 'urn:x', valueCode: 'a' }];
  const answer = judge(JSON.stringify({ resourceType: 'Patient', id: 'a', _id: { extension } }));
  expect(answer).toMatchObject({ after: expect.stringContaining('"_id"') });
  expect(answer).toMatchObject({ before: (answer as { after: string }).after });
});
