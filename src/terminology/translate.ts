import { isRefusal, refuse, toParameters } from './answer.ts';
import type { Parameter } from './answer.ts';
import { isIssues, readAskedCodes } from './asked-codes.ts';
import type { AskedCode } from './asked-codes.ts';
import { takeConceptMap } from './given-concept-map.ts';
import { withoutVersion } from './holdings.ts';
import type { Holdings, KnownConceptMap } from './holdings.ts';
import type { ConceptMapGroup, ConceptMapTarget, Dependency } from './resources.ts';
import type { Answer, TranslateRequest } from './types.ts';

interface Match {
  readonly equivalence: string;
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly display: string | undefined;
  readonly product: readonly Dependency[];
  /** Address of the map; empty where one was sent that has none. */
  readonly source: string;
}

/** Equivalences that say that there is nothing to translate to (http://hl7.org/fhir/R4/valueset-concept-map-equivalence.html). */
const NO_TRANSLATION: ReadonlySet<string> = new Set(['disjoint', 'unmatched']);

/** Read from the target back to the source. */
const REVERSED: Readonly<Record<string, string>> = {
  narrower: 'wider',
  specializes: 'subsumes',
  subsumes: 'specializes',
  wider: 'narrower',
};

/** Translates a code by the concept maps that are held (http://hl7.org/fhir/R4/conceptmap-operation-translate.html). */
export function translateCode(holdings: Holdings, request: TranslateRequest): Answer {
  const asked = readAskedCodes(request);
  if (isIssues(asked)) return asked;
  const given = request.conceptMap && takeConceptMap(request.conceptMap);
  if (isRefusal(given)) return given;
  const maps = chooseMaps(given === undefined ? holdings.conceptMaps() : [given], request);
  if (request.url !== undefined && maps.length === 0) {
    return refuse('not-found', 'concept-map-unknown', 'The concept map of this url is not known here.');
  }
  const translate = request.reverse ? translateBack : translateOnce;
  const matches = maps
    .flatMap((map) => asked.flatMap((each) => translate(map, each, holdings)))
    .filter(({ system }) => request.targetSystem === undefined || system === request.targetSystem);
  const result = matches.some(({ equivalence }) => !NO_TRANSLATION.has(equivalence));
  return toParameters([
    { name: 'result', valueBoolean: result },
    ...(result
      ? []
      : [{ name: 'message', valueString: 'No concept map that is held here has a translation of the code.' }]),
    ...matches.map(toParameter),
  ]);
}

function chooseMaps(
  maps: readonly KnownConceptMap[],
  { url, source, target, reverse }: TranslateRequest,
): KnownConceptMap[] {
  const [from, to] = reverse ? [target, source] : [source, target];
  const isSame = (wanted: string | undefined, actual: string | undefined): boolean =>
    wanted === undefined || (actual !== undefined && withoutVersion(wanted) === withoutVersion(actual));
  return maps.filter((map) => isSame(url, map.url) && isSame(from, map.held.source) && isSame(to, map.held.target));
}

function translateOnce(
  map: KnownConceptMap,
  asked: AskedCode,
  holdings: Holdings,
  passed: readonly string[] = [],
): Match[] {
  return map.held.groups
    .filter(({ source }) => source === undefined || source === asked.system)
    .flatMap((group) => {
      const elements = group.element.filter(({ code }) => code === asked.code);
      if (elements.length === 0) return translateUnmapped(map, group, asked, holdings, passed);
      return elements.flatMap(({ target = [] }) =>
        target.filter(isUnconditional).map((each) => toMatch(map, group, each)),
      );
    });
}

/** What holds only together with other elements is left out: those are not known here. */
function isUnconditional({ dependsOn = [] }: ConceptMapTarget): boolean {
  return dependsOn.length === 0;
}

function toMatch({ url }: KnownConceptMap, group: ConceptMapGroup, target: ConceptMapTarget): Match {
  const { code, display, equivalence, product = [] } = target;
  return { equivalence, system: group.target, code, display, product, source: url };
}

/** http://hl7.org/fhir/R4/conceptmap.html#unmapped */
function translateUnmapped(
  map: KnownConceptMap,
  group: ConceptMapGroup,
  asked: AskedCode,
  holdings: Holdings,
  passed: readonly string[],
): Match[] {
  const { mode, code, display, url } = group.unmapped ?? {};
  const found = { system: group.target, product: [], source: map.url };
  if (mode === 'provided') return [{ ...found, equivalence: 'equal', code: asked.code, display: asked.display }];
  if (mode === 'fixed') return [{ ...found, equivalence: 'relatedto', code, display }];
  // Maps that send each other on in a circle come to nothing.
  const other = holdings.conceptMaps().find((each) => url !== undefined && each.url === withoutVersion(url));
  if (other === undefined || passed.includes(other.url)) return [];
  return translateOnce(other, asked, holdings, [...passed, map.url]);
}

function translateBack(map: KnownConceptMap, asked: AskedCode): Match[] {
  return map.held.groups
    .filter(({ target }) => target === undefined || target === asked.system)
    .flatMap((group) =>
      group.element.flatMap(({ code, target = [] }) =>
        target
          .filter((each) => each.code === asked.code && isUnconditional(each))
          .map(({ equivalence }) => ({
            equivalence: REVERSED[equivalence] ?? equivalence,
            system: group.source,
            code,
            display: undefined,
            product: [],
            source: map.url,
          })),
      ),
    );
}

function toParameter({ equivalence, system, code, display, product, source }: Match): Parameter {
  const concept = { ...(system ? { system } : {}), ...(code ? { code } : {}), ...(display ? { display } : {}) };
  return {
    name: 'match',
    part: [
      { name: 'equivalence', valueCode: equivalence },
      ...(code === undefined ? [] : [{ name: 'concept', valueCoding: concept }]),
      ...product.map(toProduct),
      ...(source === '' ? [] : [{ name: 'source', valueUri: source }]),
    ],
  };
}

function toProduct({ property, system, value, display }: Dependency): Parameter {
  const concept = { ...(system ? { system } : {}), code: value, ...(display ? { display } : {}) };
  return {
    name: 'product',
    part: [
      { name: 'element', valueUri: property },
      { name: 'concept', valueCoding: concept },
    ],
  };
}
