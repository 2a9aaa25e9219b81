import { describe, expect, it } from '@jest/globals';
import { compileTerminology, printTerminology } from '../../src/terminology/compile.ts';
import type { HeldLine } from '../../src/terminology/held.ts';
import { createTerminology } from '../../src/terminology/index.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { COLOURS, FRAGMENT, LETTERS, filtered, valueSet } from './invented.ts';
import { BYTES } from './r4.ts';

const lines = BYTES.toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as HeldLine);

function countConcepts(concepts: readonly unknown[]): number {
  return concepts.reduce<number>((sum, concept) => {
    const [, , { c = [] } = {}] = (Array.isArray(concept) ? concept : []) as [string, string, { c?: unknown[] }?];
    return sum + 1 + countConcepts(c);
  }, 0);
}

describe('the committed terminology', () => {
  it('holds what R4 publishes', () => {
    const count = (kind: string): number => lines.filter(([each]) => each === kind).length;
    // R4 publishes 1316 value sets; four more are named by code systems that they are all the codes of.
    expect([count('CodeSystem'), count('ValueSet'), count('ConceptMap')]).toEqual([1061, 1320, 19]);
    const concepts = lines.map(([kind, , held]) => (kind === 'CodeSystem' ? countConcepts(held.concepts) : 0));
    expect(concepts.reduce((sum, each) => sum + each, 0)).toBe(20_725);
  });

  it('has nothing of the package it was made from, nor of later versions', () => {
    const urls = lines.map(([, url]) => url);
    expect(urls.filter((url) => /medplum|detectedissue-status/i.test(url))).toEqual([]);
  });

  it('says nothing in place of what nobody wrote', () => {
    expect(BYTES.toString()).not.toMatch(/"comment"|"TBD/);
    expect(BYTES.toString()).not.toMatch(/\bTODO\b|TODO |"---"|"Todo\."/);
  });

  it('is sorted, so that the same input gives the same bytes', () => {
    expect(printTerminology(lines.toReversed())).toBe(BYTES.toString());
  });

  it('stays small enough to be kept', () => {
    expect(BYTES.length).toBeLessThanOrEqual(2_500_000);
  });

  it('is opened in no time', () => {
    const open = (): number => {
      const before = cpuTime();
      createTerminology(BYTES).membership('http://hl7.org/fhir/ValueSet/administrative-gender', undefined, 'male');
      return cpuTime() - before;
    };
    // The process is cold the first time, and may be collecting what other tests left.
    expect(Math.min(...Array.from({ length: 5 }, open))).toBeLessThan(60);
  });
});

describe('compiling', () => {
  it('keeps what decides about codes, and drops the rest', () => {
    const text = { status: 'generated', div: '<div/>' };
    const system = { ...LETTERS, id: 'letters', text, title: 'Letters', publisher: 'Somebody' };
    const set = {
      ...valueSet('some', { include: [{ system: LETTERS.url, concept: [{ code: 'Alpha', display: 'A' }] }] }),
      text,
    };
    expect(compileTerminology([system, set])).toEqual([
      ['CodeSystem', LETTERS.url, { title: 'Letters', fold: true, concepts: [['Alpha', 'Alpha'], 'Beta'] }],
      [
        'ValueSet',
        set.url,
        { name: 'some', status: 'active', include: [{ system: LETTERS.url, concepts: [['Alpha', 'A']] }] },
      ],
    ]);
  });

  it('keeps definitions where asked to', () => {
    const of = (keeps: boolean): string =>
      JSON.stringify(compileTerminology([COLOURS], { keepsDefinitions: () => keeps }));
    expect(of(true)).toContain('tomato');
    expect(of(false)).not.toContain('tomato');
  });

  it('drops what stands for a text that was never written, and nothing that looks like it', () => {
    const concept = (definition: string, ...names: string[]): object => ({
      code: 'a',
      definition,
      designation: names.map((value) => ({ language: 'es', value })),
    });
    const system = (...concepts: object[]): never => ({ ...COLOURS, property: [], concept: concepts }) as never;
    const held = (...concepts: object[]): unknown => compileTerminology([system(...concepts)])[0]?.[2];
    expect(held(concept('***TODO***', '---', 'RecetaTODO'), concept('Todo.'))).toMatchObject({ concepts: ['a', 'a'] });
    expect(held(concept('A list of what is to do: todo, done', 'Todo -- lista'))).toMatchObject({
      concepts: [['a', '', { d: 'A list of what is to do: todo, done', n: [['es', 'Todo -- lista']] }]],
    });
    const genuine = ['MÉTODO', 'METODO', 'RiferimentoDocumento', 'TODOS'];
    expect(held(concept('', ...genuine, 'MedicaciónTODO  /Medicamento'))).toMatchObject({
      concepts: [['a', '', { n: genuine.map((value) => ['es', value]) }]],
    });
  });

  it('makes the value set of all codes that a code system names', () => {
    expect(compileTerminology([FRAGMENT]).at(-1)).toEqual([
      'ValueSet',
      FRAGMENT.valueSet,
      { include: [{ system: FRAGMENT.url }] },
    ]);
    const own = { ...valueSet('all-of-fragment', filtered('code', '=', 'red')) };
    expect(compileTerminology([FRAGMENT, own]).filter(([kind]) => kind === 'ValueSet')).toHaveLength(1);
  });

  it('passes over supplements and other resources', () => {
    expect(compileTerminology([{ resourceType: 'Patient' }, { ...COLOURS, content: 'supplement' } as never])).toEqual(
      [],
    );
  });
});
