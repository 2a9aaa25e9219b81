import { createRequire } from 'node:module';
import type * as FhirPath from 'fhirpath';
import type { Scope } from './fhirpath/index.ts';

/** The verdict of an expression on an item; undefined where it comes to nothing. */
export type Evaluate = (item: unknown, scope: Scope) => boolean | undefined | 'failed';

const require = createRequire(import.meta.url);

/** Functions by which an expression could keep the engine busy without end: patterns, loops, walks over everything. */
const RUNS_AWAY = /\b(matches|matchesFull|replaceMatches|repeat|repeatAll|descendants)\s*\(/;
/** Characters of JSON: what walks over a resource several times takes the power of its size. */
const MAX_SIZE = 100_000;
/** Traces would put what is in the resource on the console. */
const SILENT = { traceFn: () => undefined };

/**
 * The verdict by the full FHIRPath engine, loaded when a rule first needs it: it takes 0.2 s and 30 MB to load and up to
 * 100 µs for each answer. What could keep it busy without end is not handed to it: `failed`.
 */
export function compileFallback(expression: string, type: string | undefined): Evaluate {
  if (RUNS_AWAY.test(expression)) return () => 'failed';
  const engine = require('fhirpath') as typeof FhirPath;
  const model = require('fhirpath/fhir-context/r4') as FhirPath.Model;
  let run: (item: unknown, variables: Record<string, unknown>) => unknown;
  try {
    run = engine.compile(type === undefined ? expression : { base: type, expression }, model, SILENT);
  } catch {
    return () => 'failed';
  }
  return (item, { resource, rootResource, context }) => {
    try {
      const text = JSON.stringify(rootResource ?? null);
      if (text.length > MAX_SIZE) return 'failed';
      const variables = {
        resource: toPlain(resource),
        rootResource: JSON.parse(text) as unknown,
        context: toPlain(context),
      };
      const answer = run(toPlain(item), variables) as unknown[];
      if (answer.length === 0) return undefined;
      return answer.length === 1 ? answer[0] !== false : 'failed';
    } catch {
      return 'failed';
    }
  };
}

/** The engine knows numbers only as JavaScript does, and may write into what it is given. */
function toPlain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
