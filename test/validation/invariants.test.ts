/*
 * Every rule of R4: compiled by this project, and where it is, with the verdicts of the full FHIRPath engine on elements
 * made at random.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type * as FhirPath from 'fhirpath';
import type { Constraint } from '../../src/definitions/index.ts';
import { ExpressionError, compileExpression, truth } from '../../src/validation/fhirpath/index.ts';
import { CHECKED_ELSEWHERE } from '../../src/validation/invariants.ts';
import { definitions } from '../definitions/r4.ts';
import { createGenerator, createRandom } from './generate.ts';

const require = createRequire(import.meta.url);
const engine = require('fhirpath') as typeof FhirPath;
const model = require('fhirpath/fhir-context/r4') as FhirPath.Model;

interface Stated {
  readonly path: string;
  readonly constraint: Constraint;
  /** Type of the items that the rule is asked of. */
  readonly type: string;
}

const file = JSON.parse(readFileSync(new URL('../../src/definitions/r4.json', import.meta.url), 'utf8')) as {
  constraints: Record<string, [string, Constraint['severity'], string, string][]>;
};
const stated: Stated[] = Object.entries(file.constraints).flatMap(([path, list]) =>
  list.map(([key, severity, human, expression]) => ({
    path,
    constraint: { key, severity, human, expression },
    type: typeAt(path),
  })),
);

/** The path itself, or the type of the element that it is. */
function typeAt(path: string): string {
  if (definitions.type(path) !== undefined) return path;
  if (/^(Simple|Money)Quantity$/.test(path)) return 'Quantity';
  const owner = definitions.type(path.slice(0, path.lastIndexOf('.')));
  const types = [...owner!.properties.values()].filter((property) => property.path === path);
  return types.at(-1)!.type;
}

const compiled = stated.filter(({ constraint }) => !Object.hasOwn(CHECKED_ELSEWHERE, constraint.key));

/** true, false, nothing, or that it cannot be told. */
type Verdict = boolean | undefined | 'failed';

function judge(run: () => unknown): Verdict {
  try {
    return run() as Verdict;
  } catch (error) {
    if (error instanceof ExpressionError) return 'failed';
    throw error;
  }
}

function judgeByEngine(item: unknown, expression: string, type: string, resource: unknown): Verdict {
  try {
    const context = { resource, rootResource: resource, context: item };
    const answer = engine.evaluate(structuredClone(item), { base: type, expression }, context, model, {
      traceFn: () => undefined,
    }) as unknown[];
    if (answer.length > 1) return 'failed';
    return answer[0] === undefined ? undefined : answer[0] !== false;
  } catch {
    return 'failed';
  }
}

/** Rules of which the engine says something else, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'ctm-1': 'the engine resolves references only by asking a server',
  'eld-16': 'the engine takes no pattern with needless escapes',
  'eld-19': 'the engine takes no pattern with needless escapes',
  'eld-20': 'the engine takes no pattern with an open bracket',
  'que-7': 'to the engine a FHIR boolean is no Boolean of the language, and the rule could never be kept',
  'rng-2': 'the engine compares quantities that have no value',
};

/** Rules that no element can break, or that none can satisfy or break, and why. */
const ONE_VERDICT: Readonly<Record<string, string>> = {
  'cid-0': 'ChargeItemDefinition has no name',
  'eld-11': 'each type has a code, and of that a truth is made, which exists even where it is false',
};
/** In so many rounds at most every rule is kept by one element and broken by another. */
const MAX_ROUNDS = 6000;
const COMPARED_ROUNDS = 30;

it('every rule of R4 is compiled here, or checked elsewhere with a reason', () => {
  const failed = compiled.filter(({ constraint, type }) => {
    return judge(() => typeof compileExpression(definitions, constraint.expression, type).run === 'function') !== true;
  });
  expect(failed.map(({ constraint }) => constraint.key)).toEqual([]);
  expect({ stated: stated.length, compiled: compiled.length }).toEqual({ stated: 241, compiled: 231 });
});

describe('verdicts are those of the full engine', () => {
  it.each(compiled.map((each) => [each.constraint.key, each.path, each] as const))('%s of %s', (key, path, each) => {
    const { constraint, type } = each;
    const { run } = compileExpression(definitions, constraint.expression, type);
    const random = createRandom(
      Array.from(key + path).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) >>> 0,
    );
    const generate = createGenerator(definitions, constraint.expression, random);
    const seen = new Set<Verdict>();
    for (let round = 0; round < (seen.size > 1 ? COMPARED_ROUNDS : MAX_ROUNDS); round++) {
      const item = generate(type);
      const resource = Object.hasOwn(Object(item), 'resourceType') ? item : generate(rootOf(path));
      const scope = {
        resource,
        rootResource: resource,
        context: item,
        index: 0,
        budget: 1_000_000,
        resolve: () => generate(random() < 0.5 ? 'Practitioner' : 'Patient'),
      };
      const own = judge(() => truth(run(item, scope)));
      const isNew = !seen.has(own);
      seen.add(own);
      if (DIFFERENT[key] !== undefined || (round >= COMPARED_ROUNDS && !isNew)) continue;
      const theirs = judgeByEngine(item, constraint.expression, type, resource);
      expect({ item, verdict: own }).toEqual({ item, verdict: theirs });
    }
    // Elements of which all or none are right would prove nothing.
    if (ONE_VERDICT[key] === undefined) expect(seen.size).toBeGreaterThan(1);
  });
});

function rootOf(path: string): string {
  const name = path.split('.')[0]!;
  return definitions.isResourceType(name) ? name : 'Basic';
}
