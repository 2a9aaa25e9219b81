import { describe, expect, it } from '@jest/globals';
import {
  BUSINESS_STATUS_SYSTEM,
  CANONICAL,
  CASE_NUMBER_SYSTEM,
  CASE_OUTPUT_SYSTEM,
  PHASES,
  SERVICE_SYSTEM,
  SERVICES,
  STATUS_REASON_SYSTEM,
  STATUS_REASONS,
} from '../../src/cases/index.ts';
import { issuesToOutcome } from '../../src/fhir/index.ts';
import { SHA256_EXTENSION } from '../../src/reports/index.ts';
import { definitions } from '../definitions/r4.ts';
import { artefacts, codeSystems, profiles, profileUrl, structures, validExamples, valueSets } from './guide.ts';
import type { Artefact, CodeSystem, Tree } from './guide.ts';
import { judge } from './oracle.ts';
import { terminology, validate } from './validator.ts';

const BACKPORT = 'http://hl7.org/fhir/5.0/StructureDefinition/';

function system(url: string): CodeSystem {
  return codeSystems.find((one) => one.url === url)!;
}

function concepts(url: string): [string, string][] {
  return system(url).concept.map(({ code, display }) => [code, display]);
}

describe('the guide and the server agree', () => {
  it('on the services', () => {
    expect(concepts(SERVICE_SYSTEM)).toEqual(SERVICES.map(({ code, display }) => [code, display]));
  });

  it('on the reasons', () => {
    expect(concepts(STATUS_REASON_SYSTEM)).toEqual([...STATUS_REASONS]);
  });

  it('on the business statuses, and with which Task.status they go', () => {
    const codes = concepts(BUSINESS_STATUS_SYSTEM).map(([code]) => code);
    expect([...codes].sort()).toEqual([...new Set(PHASES.map(({ businessStatus }) => businessStatus))].sort());
    const task = validExamples.find(({ id }) => id === 'case-task-completed')!;
    const fits = [...definitions.codes('http://hl7.org/fhir/ValueSet/task-status')!]
      .filter((status) => status !== 'entered-in-error')
      .flatMap((status) =>
        codes
          .filter((code) => {
            const businessStatus = { coding: [{ system: BUSINESS_STATUS_SYSTEM, code }] };
            const broken = judge({ ...task, status, businessStatus }, profileUrl('case-task'));
            return !broken.some(({ rule }) => rule === 'case-task-phase');
          })
          .map((code) => `${status} ${code}`),
      );
    const phases = PHASES.map(({ status, businessStatus }) => `${status} ${businessStatus}`);
    expect(fits.sort()).toEqual(phases.sort());
  });

  it('on the output that the server adds, case numbers and the SHA-256 extension', () => {
    expect(concepts(CASE_OUTPUT_SYSTEM)).toContainEqual(['report', 'Second-opinion report']);
    const naming = artefacts.filter(({ resourceType }) => resourceType === 'NamingSystem');
    expect(naming).toMatchObject([{ uniqueId: [{ value: CASE_NUMBER_SYSTEM }] }]);
    expect(structures.map(({ url }) => url)).toContain(SHA256_EXTENSION);
  });

  it('on where the keys of issues are coded', () => {
    const outcome = issuesToOutcome([{ severity: 'error', code: 'invalid', key: 'illegal-move', text: 'No.' }]);
    const [{ details }] = outcome['issue'] as [{ details: { coding: [{ system: string; code: string }] } }];
    const { system: keys, code } = details.coding[0];
    expect(system(keys).content).toBe('fragment');
    expect(concepts(keys).map(([key]) => key)).toContain(code);
  });
});

describe('every artefact', () => {
  const named = artefacts.filter(({ url }) => url !== undefined);

  it('has its canonical address, and back-ports have that of HL7', () => {
    const astray = named.filter(({ resourceType, id, url }) => {
      return url !== `${CANONICAL}/${resourceType}/${id}` && url !== `${BACKPORT}${id}`;
    });
    expect(astray).toEqual([]);
    expect(new Set(named.map(({ url }) => url)).size).toBe(named.length);
  });

  it('is valid R4', () => {
    const issues = artefacts.flatMap((one) => validate(one).map((issue) => ({ of: one.id, ...issue })));
    const errors = issues.filter(({ severity }) => severity === 'error');
    expect(
      errors.filter(({ key, expression = '' }) => !(key === 'extension-context' && HL7S_OWN.test(expression))),
    ).toEqual([]);
  });

  it('names no other of the guide that is not there', () => {
    const known = new Set(named.map(({ url }) => url));
    const links = artefacts.flatMap((one) => JSON.stringify(one).match(LINK) ?? []);
    expect(links.length).toBeGreaterThan(100);
    expect([...new Set(links)].filter((url) => !known.has(url))).toEqual([]);
  });

  it('says in its description who makes it and when', () => {
    const silent = profiles.filter(
      ({ title, description }) => title === '' || !/\b(make|makes|made|by)\b/.test(description),
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
    expect(profiles.length).toBeGreaterThanOrEqual(30);
  });

  it('has a snapshot of R4 elements alone, each with definition and base', () => {
    const bad = structures.flatMap(({ id, snapshot }) =>
      snapshot.element
        .filter(
          (element) => element['definition'] === undefined || element.base === undefined || !isR4(element.base.path),
        )
        .map((element) => `${id} ${element.id}`),
    );
    expect(bad).toEqual([]);
  });
});

/** HL7's snapshots say the type of ids and URLs with an extension one level above where its definition allows it. */
const HL7S_OWN = /^StructureDefinition\.snapshot\.element\[\d+\]\.type\[0\]\.extension\[0\]$/;

const LINK =
  /https:\/\/consilium\.example\/fhir\/(?:StructureDefinition|CodeSystem|ValueSet|ConceptMap|Questionnaire)\/[a-z0-9-]+/g;

/** Whether the definitions have the element: `Type.a.b`, where a is of a type of its own or a backbone element. */
function isR4(path: string): boolean {
  const dot = path.lastIndexOf('.');
  if (dot < 0) return definitions.type(path) !== undefined;
  const type = definitions.type(path.slice(0, dot));
  const name = path.slice(dot + 1);
  if (type === undefined) return false;
  if (type.kind === 'primitive') return name === 'value';
  return [...type.properties.values()].some((one) => one.name === name || one.choice === name);
}

describe('value sets and maps', () => {
  it('has more than forty specialties', () => {
    const specialty = valueSets.find(({ url }) => url.endsWith('/specialty'))!;
    const codes = specialty.compose.include.flatMap(({ concept = [] }) => concept.map(({ code }) => code));
    expect(codes.length).toBeGreaterThan(40);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('can be listed', () => {
    const lists = valueSets.map(({ url }) => ({ url, codes: terminology.list(url, 100) ?? [] }));
    expect(lists.filter(({ codes }) => codes.length === 0)).toEqual([]);
  });

  it('has no code twice, and a display for each', () => {
    for (const { url, concept } of codeSystems) {
      expect({ url, codes: new Set(concept.map(({ code }) => code)).size }).toEqual({ url, codes: concept.length });
      expect(concept.filter(({ display }) => display === '')).toEqual([]);
    }
  });

  it.each(artefacts.filter(({ resourceType }) => resourceType === 'ConceptMap').map((map) => [map.id, map] as const))(
    '%s says something of every code of its source',
    (_, map) => {
      const [group] = map['group'] as [MapGroup];
      expect(group.element.map(({ code }) => code).sort()).toEqual(
        system(group.source)
          .concept.map(({ code }) => code)
          .sort(),
      );
      const targets = group.element.flatMap(({ target }) => target);
      const unknown = targets.filter(({ code, equivalence }) => {
        return (code === undefined) !== (equivalence === 'unmatched') || (code !== undefined && !TARGETS.has(code));
      });
      expect(unknown).toEqual([]);
    },
  );
});

interface MapGroup {
  readonly source: string;
  readonly element: readonly {
    readonly code: string;
    readonly target: readonly { readonly code?: string; readonly equivalence: string }[];
  }[];
}

/** The codes that BSeR (TaskBusinessStatusCS) and Clinical Order Workflows (business-status) have. */
const TARGETS = new Set([
  ...['2.0', '3.0', '4.0', '5.1.1', '5.1.2', '5.1.3', '5.1.4', '5.2', '6.0', '7.0'],
  ...['visit-scheduled', 'visit-complete', 'specimen-collected', 'awaiting-interpretation'],
  ...['preliminary-outcome', 'awaiting-information'],
]);

it('asks of a gateway all profiles that are not abstract, each for its type', () => {
  const statement = artefacts.find(({ resourceType }) => resourceType === 'CapabilityStatement') as Artefact & {
    readonly rest: readonly [{ readonly resource: readonly (Tree & { type: string; supportedProfile: string[] })[] }];
  };
  const supported = statement.rest[0].resource.flatMap(({ type, supportedProfile }) =>
    supportedProfile.map((url) => `${type} ${url}`),
  );
  const concrete = profiles.filter(({ abstract }) => !abstract).map(({ type, url }) => `${type} ${url}`);
  expect(supported.sort()).toEqual(concrete.sort());
});

describe('a code system that the guide does not have', () => {
  const said = (system: string): string[] =>
    validate({
      resourceType: 'Basic',
      meta: { tag: [{ system, code: 'x' }] },
      code: { text: 'Invented' },
    }).map(({ severity, key, text }) => `${severity} ${key}: ${text}`);

  it('is an error, wherever it stands, with the one that was meant', () => {
    expect(said(`${CANONICAL}/CodeSystem/decline-reasons`)).toEqual([
      `error unknown-code-system: There is no code system at this address. Did you mean ${STATUS_REASON_SYSTEM}? Addresses have to be the same to the letter.`,
    ]);
    expect(said(`${CANONICAL}/CodeSystem/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz`)).toEqual([
      expect.stringMatching(/^error unknown-code-system: .* Those of .* are CodeSystem\/case-business-status, /),
    ]);
  });

  it('is none of ours below another base', () => {
    expect(said('https://consilium.example.org/fhir/CodeSystem/decline-reasons')).toEqual([]);
  });
});
