import { expandValueSet } from './expand.ts';
import { gatherHoldings } from './gather.ts';
import type { Holdings } from './holdings.ts';
import { lookUpCode } from './look-up.ts';
import type { TerminologyResource } from './resources.ts';
import { findConcept } from './systems.ts';
import { translateCode } from './translate.ts';
import type { Coding, Terminology, TerminologyService } from './types.ts';
import { validateCodeSystemCode } from './validate-in-system.ts';
import { validateValueSetCode } from './validate-in-value-set.ts';
import { decideInSet } from './value-set.ts';
import type { ResolvedSet } from './value-set.ts';

/**
 * The terminology of R4 and of the project.
 *
 * @param bytes the content of `r4-terminology.ndjson`; they are kept and must not change.
 * @param additions parsed CodeSystems, ValueSets and ConceptMaps, which come before those of R4 that have the same
 *   address. Other resources among them are passed over.
 */
export function createTerminology(
  bytes: Uint8Array,
  additions: readonly TerminologyResource[] = [],
): TerminologyService {
  const holdings = gatherHoldings(bytes, additions);
  return {
    ...answerQuestions(holdings),
    expandValueSet: (request) => expandValueSet(holdings, request),
    validateValueSetCode: (request) => validateValueSetCode(holdings, request),
    validateCodeSystemCode: (request) => validateCodeSystemCode(holdings, request),
    lookUpCode: (request) => lookUpCode(holdings, request),
    translateCode: (request) => translateCode(holdings, request),
  };
}

function answerQuestions({ codeSystems, findValueSet, units }: Holdings): Terminology {
  return {
    canonicalQuantity: units.canonicalQuantity,
    membership: (valueSet, system, code) => {
      const known = findValueSet(valueSet);
      return known === undefined ? 'unknown' : decideInSet(known.set, system, code);
    },
    knowsValueSet: (valueSet) => findValueSet(valueSet) !== undefined,
    codeOf: (system, code) => {
      const table = codeSystems.find(system);
      if (table === undefined) return 'unknown';
      return findConcept(table, code) === undefined ? table.other(code) : 'in';
    },
    codesOf: (system, limit) => {
      const table = codeSystems.find(system);
      if (table === undefined || !table.complete || table.concepts.size > limit) return undefined;
      return [...table.concepts.values()].filter(({ abstract }) => !abstract).map(({ code }) => code);
    },
    systemsBelow: (base) => codeSystems.urls().filter((url) => url.startsWith(base)),
    display: (system, code) => {
      const table = codeSystems.find(system);
      return table && codeSystems.display(table, code);
    },
    list: (valueSet, limit) => {
      const known = findValueSet(valueSet);
      return known && listCodes(known.set, limit);
    },
  };
}

function listCodes(set: ResolvedSet, limit: number): readonly Coding[] | undefined {
  const systems = [...set.systems];
  if (set.elsewhere !== 'out' || systems.some(([, { rule }]) => rule !== undefined)) return undefined;
  const total = systems.reduce((sum, [, { listed }]) => sum + listed.size, 0);
  if (total > limit) return undefined;
  return systems.flatMap(([system, { listed }]) =>
    [...listed.values()].map(({ concept, display }) => ({
      system,
      code: concept.code,
      ...(display === undefined ? {} : { display }),
    })),
  );
}
