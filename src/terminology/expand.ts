import type { Issue } from '../base/index.ts';
import { isRefusal, refuse } from './answer.ts';
import type { Member } from './code-set.ts';
import { findGivenValueSet } from './given-value-set.ts';
import type { Holdings, KnownValueSet } from './holdings.ts';
import { ENDLESS_SYSTEMS } from './ruled-systems.ts';
import type { Answer, ExpandRequest } from './types.ts';

/** Larger expansions have to be asked for in pages. */
const MOST_CODES = 10_000;
/** Characters of a filter: each of its words is looked for in each display. */
const LONGEST_FILTER = 256;
const UNCLOSED = 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed';

/** Lists what is in a value set (http://hl7.org/fhir/R4/valueset-operation-expand.html): flat, in the set's order. */
export function expandValueSet(holdings: Holdings, request: ExpandRequest): Answer {
  const known = findGivenValueSet(holdings, request);
  if (isRefusal(known)) return known;
  const obstacle = checkFilter(request) ?? findObstacle(holdings, known) ?? checkPaging(request);
  if (obstacle !== undefined) return obstacle;
  const members = [...known.set.systems.values()]
    .flatMap(({ listed }) => [...listed.values()])
    .filter(compileTest(request));
  const { offset = 0, count } = request;
  if (count === undefined && members.length - offset > MOST_CODES) return tooCostly(members.length);
  const page = members.slice(offset, offset + Math.min(count ?? MOST_CODES, MOST_CODES));
  const { held, url } = known;
  const { name, title, version, status = 'unknown' } = held;
  return {
    resourceType: 'ValueSet',
    ...(url ? { url } : {}),
    ...omitUndefined({ version, name, title }),
    status,
    expansion: {
      ...([...known.set.systems.values()].some(({ rule }) => rule)
        ? { extension: [{ url: UNCLOSED, valueBoolean: true }] }
        : {}),
      timestamp: request.timestamp,
      total: members.length,
      ...(request.offset === undefined && count === undefined ? {} : { offset }),
      parameter: describeParameters(holdings, known, request),
      ...(page.length ? { contains: page.map((member) => toContains(member, request)) } : {}),
    },
  };
}

/** What R4 asks a server to refuse: sets that it does not wholly understand, and sets without an end. */
function findObstacle({ codeSystems }: Holdings, { set }: KnownValueSet): readonly Issue[] | undefined {
  const unlisted = [...set.systems].filter(([, codes]) => !codes.lists).map(([system]) => system);
  if (set.missing.length > 0 && (set.elsewhere !== 'out' || unlisted.length > 0)) {
    const text = `The value set draws on what is not held here: ${[...new Set(set.missing)].join(', ')}.`;
    return refuse('not-supported', 'value-set-incomplete', text);
  }
  if (unlisted.length === 0) return undefined;
  const endless = unlisted.filter((system) => ENDLESS_SYSTEMS.has(system));
  if (endless.length > 0) {
    const text = `The value set has codes without end, of ${endless.join(', ')}: ask with $validate-code about single codes.`;
    return refuse('too-costly', 'expansion-without-end', text);
  }
  const held = unlisted.filter((system) => (codeSystems.find(system)?.concepts.size ?? 0) > 0);
  if (held.length > 0) {
    const text =
      `A filter on ${held.join(', ')} is not one that can be worked out here: it has an unknown property or operation, or ` +
      'a pattern that is refused, because of its length or because it repeats within what repeats.';
    return refuse('not-supported', 'filter-not-supported', text);
  }
  return refuse('not-supported', 'code-system-not-held', `The codes of ${unlisted.join(', ')} are not held here.`);
}

function checkFilter({ filter = '' }: ExpandRequest): readonly Issue[] | undefined {
  if (filter.length <= LONGEST_FILTER) return undefined;
  const text = `A filter has at most ${LONGEST_FILTER} characters: give the words that tell codes apart.`;
  return refuse('too-costly', 'filter-too-long', text);
}

function checkPaging({ offset = 0, count = 0 }: ExpandRequest): readonly Issue[] | undefined {
  if ([offset, count].every((each) => Number.isSafeInteger(each) && each >= 0)) return undefined;
  return refuse('value', 'paging-unusable', 'offset and count have to be whole numbers from 0.');
}

function tooCostly(total: number): readonly Issue[] {
  const text = `The value set has ${total} codes, more than the ${MOST_CODES} that are given at once: ask with offset and count.`;
  return refuse('too-costly', 'expansion-too-large', text);
}

function compileTest({
  filter = '',
  activeOnly = false,
  excludeNotForUI = false,
}: ExpandRequest): (member: Member) => boolean {
  const words = [...new Set(normalise(filter).split(/\s+/).filter(Boolean))];
  return ({ concept, display = '' }) => {
    if (activeOnly && concept.inactive) return false;
    if (excludeNotForUI && concept.abstract) return false;
    if (words.length === 0) return true;
    const text = normalise(`${concept.code} ${display}`);
    return words.every((word) => text.includes(word));
  };
}

/** Case and accents do not count. */
function normalise(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function toContains({ concept, display }: Member, { includeDesignations = false }: ExpandRequest): object {
  const designations = includeDesignations ? concept.designations : [];
  return {
    system: concept.system,
    ...(concept.abstract ? { abstract: true } : {}),
    ...(concept.inactive ? { inactive: true } : {}),
    code: concept.code,
    ...(display === undefined ? {} : { display }),
    ...(designations.length ? { designation: designations.map(toDesignation) } : {}),
  };
}

function toDesignation([language, value]: readonly [string, string]): object {
  return { ...(language ? { language } : {}), value };
}

/** All that shapes the expansion, and the versions of the systems that it was made from. */
function describeParameters({ codeSystems }: Holdings, { set }: KnownValueSet, request: ExpandRequest): object[] {
  const { filter, offset, count, activeOnly, excludeNotForUI, includeDesignations = false } = request;
  const stated = [
    { name: 'filter', valueString: filter },
    { name: 'offset', valueInteger: offset },
    { name: 'count', valueInteger: count },
    { name: 'activeOnly', valueBoolean: activeOnly },
    { name: 'excludeNotForUI', valueBoolean: excludeNotForUI },
    { name: 'includeDesignations', valueBoolean: includeDesignations },
  ].filter((parameter) => Object.values(parameter)[1] !== undefined);
  const versions = [...set.systems.keys()].flatMap((url) => {
    const version = codeSystems.find(url)?.version;
    return version === undefined ? [] : [{ name: 'version', valueUri: `${url}|${version}` }];
  });
  return [...stated, ...versions];
}

function omitUndefined(fields: Readonly<Record<string, string | undefined>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
