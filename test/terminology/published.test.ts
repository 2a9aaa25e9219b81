/*
 * HL7's published R4 terminology (4.0.0), where it lies beside the project, against the compiled one (4.0.1). What 4.0.1
 * or this project says otherwise is listed; everything else has to be equal. Published value sets are worked out here by
 * code of the test's own.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { HeldConcept, HeldLine } from '../../src/terminology/held.ts';
import type { CodeSystem, CodeSystemConcept, Include, ValueSet } from '../../src/terminology/resources.ts';
import { BYTES, readExpansion, terminology } from './r4.ts';

const ARCHIVE = new URL('../../../shared/r4-published.tar.gz', import.meta.url).pathname;
const published = existsSync(ARCHIVE);

/** Codes that only one side has, by code system. */
const DIFFERENT_CODES: Readonly<Record<string, readonly string[]>> = {
  // The technical correction is a version of its own.
  'http://hl7.org/fhir/FHIR-version': ['ours 4.0.1'],
  // Added by the technical correction.
  'http://hl7.org/fhir/questionnaire-item-control': ['ours question/multi-select'],
  // 4.0.0 has four codes of white space and of broken characters beside the right ones.
  'http://terminology.hl7.org/CodeSystem/v2-0550': [
    'theirs CHEST\u00c2\u00a0',
    'theirs KIDN\u00c2\u00a0',
    'theirs \u00a0',
    'theirs \u00c2\u00a0',
  ],
};

/** Systems that neither side lists, and that this project does: see countries and currencies. */
const LISTED_HERE: readonly string[] = ['urn:iso:std:iso:3166', 'urn:iso:std:iso:4217'];

/** Named together, a list of one system and filters of others have nothing in common, though those are not held. */
const EMPTY_HERE: readonly string[] = ['http://hl7.org/fhir/ValueSet/action-participant-role'];

/** Supplements add to other systems and have no codes of their own. */
const LEFT_OUT: readonly string[] = ['http://hl7.org/fhir/CodeSystem/example-supplement'];

function readPublished<T>(name: string): T[] {
  const json = execFileSync('tar', ['-xzOf', ARCHIVE, `r4-published/${name}.json`], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(json.toString()) as T[];
}

/** `parent/child` and display of each concept. */
type Flat = [path: string, display: string][];

function flattenPublished(concepts: readonly CodeSystemConcept[], above = ''): Flat {
  return concepts.flatMap(({ code, display = '', concept = [] }): Flat => [
    [above + code, display],
    ...flattenPublished(concept, `${above}${code}/`),
  ]);
}

function flattenHeld(concepts: readonly HeldConcept[], above = ''): Flat {
  return concepts.flatMap((held): Flat => {
    const [code, display, details = {}] = typeof held === 'string' ? [held, ''] : held;
    return [[above + code, display], ...flattenHeld(details.c ?? [], `${above}${code}/`)];
  });
}

function compare(ours: Flat, theirs: Flat): string[] {
  const [own, other] = [new Map(ours), new Map(theirs)];
  return [
    ...ours.filter(([path]) => !other.has(path)).map(([path]) => `ours ${path}`),
    ...theirs.filter(([path]) => !own.has(path)).map(([path]) => `theirs ${path}`),
    ...ours
      .filter(([path, display]) => other.has(path) && other.get(path) !== display)
      .map(([path]) => `named ${path}`),
  ];
}

const lines = BYTES.toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as HeldLine);

describe('compared with what HL7 publishes', () => {
  it('every code system has the same codes, by the same names, in the same places', () => {
    if (!published) return expect(terminology.codeOf('http://hl7.org/fhir/FHIR-version', '4.0.1')).toBe('in');
    const theirs = readPublished<CodeSystem>('CodeSystem').filter(({ url }) => !LEFT_OUT.includes(url));
    const ours = new Map(lines.flatMap((line) => (line[0] === 'CodeSystem' ? [[line[1], line[2]] as const] : [])));
    expect([...ours.keys()].sort()).toEqual(theirs.map(({ url }) => url).sort());
    const differences = theirs.flatMap(({ url, concept = [] }): [string, string[]][] => {
      const found = compare(flattenHeld(ours.get(url)!.concepts), flattenPublished(concept));
      return found.length ? [[url, found]] : [];
    });
    expect(Object.fromEntries(differences)).toEqual(DIFFERENT_CODES);
  });

  it('every value set has the same codes', () => {
    if (!published) return expect(terminology.knowsValueSet('http://hl7.org/fhir/ValueSet/inactive')).toBe(true);
    const theirs = readPublished<ValueSet>('ValueSet');
    const expand = compileExpander(theirs, readPublished<CodeSystem>('CodeSystem'));
    let compared = 0;
    for (const set of theirs) {
      const codes = expand(set);
      const answer = terminology.expandValueSet({ url: set.url, timestamp: '2026-01-02T03:04:05Z' });
      if (codes === undefined) {
        const refused = Array.isArray(answer) || drawsOnListedHere(answer) || EMPTY_HERE.includes(set.url);
        expect([set.url, refused]).toEqual([set.url, true]);
        continue;
      }
      const ours = readExpansion(answer).contains.map(({ system, code }) => `${String(system)} ${String(code)}`);
      const differing = [
        ...ours.filter((code) => !codes.has(code)),
        ...[...codes].filter((code) => !ours.includes(code)),
      ];
      if (Object.keys(DIFFERENT_CODES).some((system) => differing.some((code) => code.startsWith(system)))) continue;
      expect([set.url, differing]).toEqual([set.url, []]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(1100);
  });
});

function drawsOnListedHere(answer: unknown): boolean {
  const [first] = readExpansion(answer as never).contains;
  return LISTED_HERE.includes(String(first?.['system']));
}

/** Value sets worked out in the plainest way: lists of `system code`; undefined where a part is not published. */
function compileExpander(
  valueSets: readonly ValueSet[],
  codeSystems: readonly CodeSystem[],
): (set: ValueSet) => Set<string> | undefined {
  const sets = new Map(valueSets.map((set) => [set.url, set]));
  const systems = new Map(codeSystems.map((system) => [system.url, system]));

  function expand({ compose }: ValueSet): Set<string> | undefined {
    const [included, excluded] = [compose?.include ?? [], compose?.exclude ?? []].map((list) => list.map(select));
    if ([...included!, ...excluded!].includes(undefined)) return undefined;
    const all = new Set(included!.flatMap((codes) => [...codes!]));
    for (const codes of excluded!) for (const code of codes!) all.delete(code);
    return all;
  }

  function select(include: Include): Set<string> | undefined {
    const { system, valueSet = [] } = include;
    const parts = [
      ...(system === undefined ? [] : [selectOf(system, include)]),
      ...valueSet.map((url) => {
        const nested = sets.get(url.split('|')[0]!);
        return nested && expand(nested);
      }),
    ];
    if (parts.includes(undefined)) return undefined;
    return parts.reduce((all, part) => all!.intersection(part!));
  }

  function selectOf(system: string, { concept, filter = [] }: Include): Set<string> | undefined {
    const name = (code: string): string => `${system} ${code}`;
    if (concept) return new Set(concept.map(({ code }) => name(code)));
    const concepts = systems.get(system)?.concept ?? [];
    if (concepts.length === 0) return undefined;
    const all = edges(concepts);
    let codes = new Set(all.keys());
    for (const { property, op, value } of filter) {
      if (property !== 'concept') return undefined;
      const below = descend(all, value);
      if (op === 'is-a') codes = codes.intersection(below);
      else if (op === 'is-not-a') codes = codes.difference(below);
      else if (op === 'descendent-of') codes = codes.intersection(below.difference(new Set([value])));
      else return undefined;
    }
    return new Set([...codes].map(name));
  }

  return expand;
}

/** Codes directly below each code. */
function edges(concepts: readonly CodeSystemConcept[]): Map<string, string[]> {
  const below = new Map<string, string[]>();
  for (const { code, concept = [], property = [] } of concepts) {
    const further = property.flatMap((each) => (each['code'] === 'child' ? [String(each['valueCode'])] : []));
    below.set(code, [...concept.map((each) => each.code), ...further]);
    for (const [key, value] of edges(concept)) below.set(key, value);
  }
  return below;
}

function descend(below: ReadonlyMap<string, readonly string[]>, start: string): Set<string> {
  const found = new Set([start]);
  for (const code of found) for (const each of below.get(code) ?? []) found.add(each);
  return found;
}
