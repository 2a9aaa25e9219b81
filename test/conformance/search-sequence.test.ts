import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';

/** The composites with three parts: https://hl7.org/fhir/R4/molecularsequence.html#search */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const coded = (system: string, code: string): object => ({ coding: [{ system, code }] });
  // A sequence has one way to say what it refers to: a genome's build, or the id of a sequence.
  const ofBuild = (chromosome: string): object => ({
    genomeBuild: 'GRCh38',
    chromosome: coded('http://terminology.hl7.org/CodeSystem/chromosome-human', chromosome),
  });
  const ofSequence = (id: string): object => ({
    referenceSeqId: coded('http://www.ncbi.nlm.nih.gov/nuccore', id),
  });
  type Pair = readonly [start: number, end: number];
  const put = async (id: string, of: object, [windowStart, windowEnd]: Pair, variants: Pair[]): Promise<void> => {
    const sequence = {
      resourceType: 'MolecularSequence',
      id,
      coordinateSystem: 0,
      referenceSeq: { ...of, strand: 'watson', windowStart, windowEnd },
      variant: variants.map(([start, end]) => ({ start, end })),
    };
    if (variants.length === 0) delete (sequence as Json).variant;
    const { status, text } = await home.fetch('PUT', `/MolecularSequence/${id}`, sequence);
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  };
  await put('one', ofBuild('1'), [100, 400], [[120, 345]]);
  await put(
    'two',
    ofBuild('1'),
    [1000, 5000],
    [
      [1100, 1100],
      [3000, 4000],
    ],
  );
  await put('insertion', ofBuild('3'), [100, 400], [[201, 200]]);
  await put('other', ofBuild('2'), [100, 400], [[120, 345]]);
  await put('none', ofBuild('1'), [100, 200], []);
  await put('named', ofSequence('NC_000001.11'), [100, 400], [[120, 345]]);
});
afterAll(() => house.stop());

async function find(query: string): Promise<string[]> {
  const path = `/MolecularSequence?${query}`;
  const { status, body, text } = await home.fetch('GET', path, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
}

test.each([
  ['chromosome-variant-coordinate=1$lt345$gt123', ['one']],
  ['referenceseqid-variant-coordinate=NC_000001.11$lt345$gt123', ['named']],
  ['chromosome-variant-coordinate=1$120$345', ['one']],
  ['chromosome-variant-coordinate=1$1100$1100', ['two']],
  // The start of one variant and the end of another are none together.
  ['chromosome-variant-coordinate=1$1100$4000', []],
  ['chromosome-variant-coordinate=1$gt1100$gt1100', ['two']],
  ['chromosome-variant-coordinate=1$lt1100$lt1100', ['one']],
  ['chromosome-variant-coordinate=1$ne120$ne345', ['two']],
  ['chromosome-variant-coordinate=1$ge120$lt1100,2$120$345', ['one', 'other']],
  ['chromosome-variant-coordinate=3$120$345', []],
  ['chromosome-variant-coordinate=3$201$200', ['insertion']],
  ['chromosome-variant-coordinate=3$ge150$le200', ['insertion']],
  ['chromosome-variant-coordinate=3$gt201$le200', []],
  ['chromosome-variant-coordinate:missing=true', ['named', 'none']],
  ['chromosome-variant-coordinate:missing=false', ['insertion', 'one', 'other', 'two']],
  ['chromosome-variant-coordinate=1$120$345&chromosome-window-coordinate=1$100$400', ['one']],
  ['chromosome-window-coordinate=1$lt345$gt123', ['none', 'one']],
  ['chromosome-window-coordinate=1$1000$5000', ['two']],
  ['referenceseqid-window-coordinate=NC_000001.11$100$400', ['named']],
  ['referenceseqid-window-coordinate=NC_000001.11$1000$5000', []],
])('%s', async (query, ids) => {
  expect(await find(query)).toEqual(ids);
});

test('they are offered', async () => {
  const [{ resource }] = (await home.fetch('GET', '/metadata')).body.rest;
  const { searchParam } = resource.find(({ type }: Json) => type === 'MolecularSequence');
  const offered = searchParam.filter(({ type }: Json) => type === 'composite').map(({ name }: Json) => name);
  expect(offered.sort()).toEqual([
    'chromosome-variant-coordinate',
    'chromosome-window-coordinate',
    'referenceseqid-variant-coordinate',
    'referenceseqid-window-coordinate',
  ]);
});
