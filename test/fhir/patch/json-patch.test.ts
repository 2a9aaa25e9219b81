import { describe, expect, test } from '@jest/globals';
import { compileJsonPatch, parseJson } from '../../../src/fhir/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { definitions } from '../../definitions/r4.ts';
import { refusal } from './refusal.ts';

/** https://www.rfc-editor.org/rfc/rfc6902 */

const parse = (text: string): unknown => parseJson(Buffer.from(text));
const apply = (before: object, ...operations: object[]): Resource =>
  compileJsonPatch(definitions, operations, 'Patient')({ resourceType: 'Patient', ...before });

describe('each operation does what RFC 6902 says', () => {
  test.each<[string, object, object[], object]>([
    ['add a member', {}, [{ op: 'add', path: '/active', value: true }], { active: true }],
    ['add over a member', { active: false }, [{ op: 'add', path: '/active', value: true }], { active: true }],
    ['add before an item', { a: [1, 2] }, [{ op: 'add', path: '/a/1', value: 9 }], { a: [1, 9, 2] }],
    ['add behind the last', { a: [1] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2] }],
    ['add at the end', { a: [1] }, [{ op: 'add', path: '/a/-', value: [2] }], { a: [1, [2]] }],
    ['remove a member', { active: true, a: [1] }, [{ op: 'remove', path: '/active' }], { a: [1] }],
    ['remove an item', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/1' }], { a: [1, 3] }],
    ['replace a member', { active: true }, [{ op: 'replace', path: '/active', value: false }], { active: false }],
    ['replace an item', { a: [1, 2] }, [{ op: 'replace', path: '/a/0', value: 3 }], { a: [3, 2] }],
    [
      'move a member',
      { a: { x: 1, y: 2 }, b: {} },
      [{ op: 'move', from: '/a/x', path: '/b/z' }],
      { a: { y: 2 }, b: { z: 1 } },
    ],
    ['move an item forth', { a: [1, 2, 3] }, [{ op: 'move', from: '/a/0', path: '/a/2' }], { a: [2, 3, 1] }],
    ['move an item back', { a: [1, 2, 3] }, [{ op: 'move', from: '/a/2', path: '/a/0' }], { a: [3, 1, 2] }],
    ['move to where it is', { a: [1] }, [{ op: 'move', from: '/a', path: '/a' }], { a: [1] }],
    ['copy', { a: [{ x: 1 }] }, [{ op: 'copy', from: '/a/0', path: '/a/-' }], { a: [{ x: 1 }, { x: 1 }] }],
    [
      'test and go on',
      { a: [1] },
      [
        { op: 'test', path: '/a', value: [1] },
        { op: 'remove', path: '/a' },
      ],
      {},
    ],
    ['names with ~ and /', { 'a/b': 1, 'c~d': 2 }, [{ op: 'move', from: '/a~1b', path: '/c~0d' }], { 'c~d': 1 }],
    ['an empty name', { '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
    [
      'one after the other',
      {},
      [
        { op: 'add', path: '/a', value: [] },
        { op: 'add', path: '/a/-', value: 1 },
      ],
      { a: [1] },
    ],
    ['no operation', { a: 1 }, [], { a: 1 }],
    ['the whole record', { a: 1 }, [{ op: 'replace', path: '', value: { resourceType: 'Patient', b: 2 } }], { b: 2 }],
  ])('%s', (_what, before, operations, after) => {
    expect(apply(before, ...operations)).toEqual({ resourceType: 'Patient', ...after });
  });

  test('a copy does not share what it copies, nor a patch what it brings', () => {
    const operations = [
      { op: 'add', path: '/a', value: [{ x: 1 }] },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'replace', path: '/b/0/x', value: 2 },
      { op: 'add', path: '/a/-', value: { x: 3 } },
    ];
    const patch = compileJsonPatch(definitions, operations, 'Patient');
    for (const _ of [1, 2]) {
      expect(patch({ resourceType: 'Patient' })).toMatchObject({ a: [{ x: 1 }, { x: 3 }], b: [{ x: 2 }] });
    }
  });

  test('the version that it is given stays as it was, applied or refused', () => {
    const before: Resource = { resourceType: 'Patient', name: [{ family: 'A' }], active: true };
    const text = JSON.stringify(before);
    compileJsonPatch(definitions, [{ op: 'remove', path: '/name/0/family' }], 'Patient')(before);
    const failing = [
      { op: 'remove', path: '/active' },
      { op: 'remove', path: '/nothing' },
    ];
    expect(refusal(() => compileJsonPatch(definitions, failing, 'Patient')(before)).status).toBe(422);
    expect(JSON.stringify(before)).toBe(text);
  });
});

describe('what it empties is taken out', () => {
  test.each<[string, object, object[], object]>([
    ['a list', { name: [{ family: 'A' }] }, [{ op: 'remove', path: '/name/0' }], {}],
    [
      'an object, and the list that held it',
      { name: [{ family: 'A' }] },
      [{ op: 'remove', path: '/name/0/family' }],
      {},
    ],
    [
      'not what was filled again',
      { name: [{ family: 'A' }] },
      [
        { op: 'remove', path: '/name/0' },
        { op: 'add', path: '/name/-', value: { text: 'B' } },
      ],
      { name: [{ text: 'B' }] },
    ],
    ['not what it brings empty', {}, [{ op: 'add', path: '/name', value: [] }], { name: [] }],
    [
      'beside a list of primitives a gap stays',
      { given: ['A', 'B'], _given: [{ id: 'a' }, { id: 'b' }] },
      [{ op: 'remove', path: '/_given/0/id' }],
      { given: ['A', 'B'], _given: [null, { id: 'b' }] },
    ],
    [
      'a list of gaps alone goes',
      { given: ['A', 'B'], _given: [{ id: 'a' }, null] },
      [{ op: 'remove', path: '/_given/0/id' }],
      { given: ['A', 'B'] },
    ],
  ])('%s', (_what, before, operations, after) => {
    expect(apply(before, ...operations)).toEqual({ resourceType: 'Patient', ...after });
  });
});

describe('test compares by value', () => {
  test.each([
    ['1.10', '1.1', true],
    ['1e1', '10', true],
    ['0.0', '-0', true],
    ['123456789012345678', '123456789012345679', false],
    ['12345678901234567890', '1.234567890123456789e19', true],
    ['"1"', '1', false],
    ['{"a":1,"b":[true,null]}', '{"b":[true,null],"a":1.0}', true],
    ['{"a":1}', '{"a":1,"b":2}', false],
    ['[1,2]', '[2,1]', false],
    ['[]', '{}', false],
    ['null', 'false', false],
    ['"\\u00e9"', '"é"', true],
  ])('%s and %s: %s', (stored, asked, isSame) => {
    const patch = compileJsonPatch(definitions, parse(`[{"op":"test","path":"/a","value":${asked}}]`), 'Patient');
    const before = parse(`{"resourceType":"Patient","a":${stored}}`) as Resource;
    if (isSame) expect(JSON.stringify(patch(before))).toBe(JSON.stringify(before));
    else expect(refusal(() => patch(before))).toMatchObject({ status: 409, key: 'patch-test-failed' });
  });
  test('what is not there is not null', () => {
    expect(refusal(() => apply({}, { op: 'test', path: '/a', value: null }))).toMatchObject({ status: 409 });
  });
});

test('numbers keep their text, moved, copied and brought', () => {
  const patch = compileJsonPatch(
    definitions,
    parse(
      '[{"op":"move","from":"/a","path":"/b"},{"op":"copy","from":"/b","path":"/c"},{"op":"add","path":"/d","value":{"x":1e-22}}]',
    ),
    'Patient',
  );
  expect(JSON.stringify(patch(parse('{"resourceType":"Patient","a":1.10}') as Resource))).toBe(
    '{"resourceType":"Patient","b":1.10,"c":1.10,"d":{"x":1e-22}}',
  );
});

describe('what cannot be read is refused (400)', () => {
  test.each<[string, unknown]>([
    ['no list', { op: 'add', path: '/a', value: 1 }],
    ['a Parameters resource', { resourceType: 'Parameters' }],
    ['an item that is none', [null]],
    ['no op', [{ path: '/a', value: 1 }]],
    ['an op that there is not', [{ op: 'spam', path: '/a' }]],
    ['an op of Object', [{ op: 'toString', path: '/a' }]],
    ['no path', [{ op: 'remove' }]],
    ['a path without its slash', [{ op: 'remove', path: 'a' }]],
    ['a path with a bad escape', [{ op: 'remove', path: '/a~2' }]],
    ['a path that is too long', [{ op: 'remove', path: `/${'a'.repeat(1000)}` }]],
    ['no value', [{ op: 'add', path: '/a' }]],
    ['no from', [{ op: 'move', path: '/a' }]],
    ['more than 1,000', Array.from({ length: 1001 }, () => ({ op: 'test', path: '/a', value: 1 }))],
  ])('%s', (_what, body) => {
    expect(refusal(() => compileJsonPatch(definitions, body, 'Patient'))).toMatchObject({
      status: 400,
      key: 'patch-malformed',
    });
  });
});

describe('what does not fit the record is refused (422), and the place told as far as it can be', () => {
  const record = { a: [1], b: { c: 1 }, name: [{ family: 'A' }] };
  test.each<[string, object, string]>([
    ['a member that is not there', { op: 'remove', path: '/name/0/given' }, 'Patient.name[0].given'],
    ['an item that is not there', { op: 'replace', path: '/name/3/family', value: 1 }, 'Patient.name[3].family'],
    ['a parent that is not there', { op: 'add', path: '/contact/0', value: 1 }, 'Patient.contact'],
    ['beyond the end', { op: 'add', path: '/a/2', value: 1 }, 'has 1 items'],
    ['an index with a leading zero', { op: 'add', path: '/a/00', value: 1 }, 'has 1 items'],
    ['an index below zero', { op: 'remove', path: '/a/-1' }, 'Patient.a'],
    ['the end, which nothing is at', { op: 'remove', path: '/a/-' }, 'Patient.a'],
    ['below a primitive', { op: 'add', path: '/a/0/x', value: 1 }, 'Patient.a[0]'],
    ['a move into itself', { op: 'move', from: '/b', path: '/b/c' }, 'Patient.b'],
    ['a move from nowhere', { op: 'move', from: '/z', path: '/a/0' }, 'Patient.z'],
    ['the whole record', { op: 'remove', path: '' }, 'DELETE'],
    ['no record any more', { op: 'replace', path: '', value: 1 }, 'no resource'],
    ['a name that JavaScript understands', { op: 'add', path: '/__proto__', value: { x: 1 } }, 'FHIR does not have'],
    ['what every object has', { op: 'copy', from: '/b/constructor', path: '/c' }, 'Patient.b.constructor'],
    ['a name that could be a value', { op: 'remove', path: '/Jane Doe' }, 'at Patient.'],
  ])('%s', (_what, operation, text) => {
    const told = refusal(() => apply(record, operation));
    expect(told).toMatchObject({ status: 422, key: 'patch-unfit' });
    expect(told.text).toContain(text);
    expect(told.text).not.toContain('Jane');
  });

  test.each<[string, object]>([
    ['id', { op: 'replace', path: '/id', value: 'b' }],
    ['no id', { op: 'remove', path: '/id' }],
    ['resourceType', { op: 'replace', path: '/resourceType', value: 'Person' }],
    ['versionId', { op: 'replace', path: '/meta/versionId', value: '7' }],
    ['lastUpdated', { op: 'replace', path: '/meta', value: { lastUpdated: '2020-01-01T00:00:00Z' } }],
  ])('another %s', (_what, operation) => {
    const before = { id: 'a', meta: { versionId: '3', lastUpdated: '2026-01-01T00:00:00Z' } };
    expect(refusal(() => apply(before, operation))).toMatchObject({ status: 422, key: 'patch-changes-identity' });
  });

  test('meta may go with its tags: what the server gave comes back', () => {
    const meta = { versionId: '3', lastUpdated: '2026-01-01T00:00:00Z' };
    const after = apply({ id: 'a', meta: { ...meta, tag: [{ code: 'x' }] } }, { op: 'remove', path: '/meta' });
    expect(after.meta).toEqual(meta);
  });
});

describe('no patch can grow without bounds', () => {
  test('by copies of copies', () => {
    const copies = Array.from({ length: 1000 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
    expect(refusal(() => apply({ a: ['x'.repeat(1000)] }, ...copies))).toMatchObject({ status: 422 });
  });
  test('by copies side by side', () => {
    const copies = Array.from({ length: 40 }, (_, n) => ({ op: 'copy', from: '', path: `/c${n}` }));
    expect(refusal(() => apply({ a: 'x'.repeat(1000) }, ...copies))).toMatchObject({ key: 'patch-too-costly' });
  });
  test('in depth', () => {
    const step = '/a'.repeat(30);
    const deep: object = JSON.parse(`${'{"a":'.repeat(30)}{}${'}'.repeat(30)}`) as object;
    const adds = Array.from({ length: 8 }, (_, n) => ({ op: 'add', path: `${step.repeat(n)}/a`, value: deep }));
    expect(refusal(() => apply({}, ...adds)).text).toContain('64 levels');
  });
});

test.each<[boolean, object[]]>([
  [
    true,
    [
      { op: 'add', path: '/a', value: 1 },
      { op: 'test', path: '/a', value: 1 },
    ],
  ],
  [true, [{ op: 'copy', from: '/a', path: '/b' }]],
  [true, [{ op: 'move', from: '/a', path: '/b' }]],
  [
    false,
    [
      { op: 'replace', path: '/test', value: 'test' },
      { op: 'add', path: '/copy', value: 'move' },
      { op: 'remove', path: '/move' },
    ],
  ],
  [false, []],
])('whether it asks what the record says is told: %s', (asks, operations) => {
  expect(compileJsonPatch(definitions, operations, 'Patient').asks).toBe(asks);
});
