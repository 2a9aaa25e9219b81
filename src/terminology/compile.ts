import type {
  HeldCodeSystem,
  HeldConcept,
  HeldConceptDetails,
  HeldConceptMap,
  HeldInclude,
  HeldLine,
  HeldValueSet,
} from './held.ts';
import type {
  CodeSystem,
  CodeSystemConcept,
  ConceptMap,
  ConceptMapGroup,
  ConceptMapTarget,
  Include,
  TerminologyResource,
  ValueSet,
} from './resources.ts';

export interface CompileOptions {
  /** Whether the definitions of the system's concepts are kept; they all are where left out. */
  readonly keepsDefinitions?: (system: string) => boolean;
}

/**
 * CodeSystems, ValueSets and ConceptMaps among the resources, in the form in which they are held. Supplements are left
 * out. A code system that names a value set of all its codes, which is not among the resources, gets that, too
 * (http://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.valueSet).
 */
export function compileTerminology(
  resources: readonly TerminologyResource[],
  { keepsDefinitions = () => true }: CompileOptions = {},
): HeldLine[] {
  const codeSystems = resources.filter(isCodeSystem);
  const valueSets = resources.filter(isValueSet);
  const urls = new Set(valueSets.map(({ url }) => url));
  const implied = codeSystems.filter(({ valueSet }) => valueSet !== undefined && !urls.has(valueSet));
  return [
    ...codeSystems.map((system): HeldLine => [
      'CodeSystem',
      system.url,
      compileCodeSystem(system, keepsDefinitions(system.url)),
    ]),
    ...valueSets.map((set): HeldLine => ['ValueSet', set.url, compileValueSet(set)]),
    ...implied.map((system): HeldLine => ['ValueSet', system.valueSet!, implyValueSet(system)]),
    ...resources.filter(isConceptMap).map((map): HeldLine => ['ConceptMap', map.url, compileConceptMap(map)]),
  ];
}

/** The content of `r4-terminology.ndjson`. */
export function printTerminology(lines: readonly HeldLine[]): string {
  const sorted = lines.toSorted(([kindA, urlA], [kindB, urlB]) => compare(kindA, kindB) || compare(urlA, urlB));
  return sorted.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isCodeSystem(resource: TerminologyResource): resource is CodeSystem {
  return resource.resourceType === 'CodeSystem' && (resource as CodeSystem).content !== 'supplement';
}

function isValueSet(resource: TerminologyResource): resource is ValueSet {
  return resource.resourceType === 'ValueSet';
}

function isConceptMap(resource: TerminologyResource): resource is ConceptMap {
  return resource.resourceType === 'ConceptMap';
}

function compileCodeSystem(system: CodeSystem, keepsDefinitions: boolean): HeldCodeSystem {
  const { content, caseSensitive, concept = [], property = [] } = system;
  const types = concept.length ? property.map(({ code, type }) => [code, type]) : [];
  return {
    ...title(system),
    ...(content === 'complete' ? {} : { content: content ?? 'not-present' }),
    ...(caseSensitive === false ? { fold: true } : {}),
    ...(types.length ? { properties: Object.fromEntries(types) as Record<string, string> } : {}),
    concepts: concept.map((each) => compileConcept(each, keepsDefinitions)),
  };
}

function title({
  name,
  title,
  version,
}: CodeSystem | ValueSet | ConceptMap): Pick<HeldCodeSystem, 'name' | 'title' | 'version'> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(title === undefined || title === name ? {} : { title }),
    ...(version === undefined ? {} : { version }),
  };
}

function compileConcept(concept: CodeSystemConcept, keepsDefinition: boolean): HeldConcept {
  const { code, display = '', definition, designation = [], property = [], concept: below = [] } = concept;
  const names = designation.filter(({ use, value }) => use?.code !== 'definition' && !isUnfinished(value));
  const details: HeldConceptDetails = {
    ...(keepsDefinition && definition && definition !== display && !isUnwritten(definition) ? { d: definition } : {}),
    ...(names.length ? { n: names.map(({ language = '', value }) => [language, value] as const) } : {}),
    ...(property.length ? { p: property.map((each) => [String(each['code']), readValue(each)] as const) } : {}),
    ...(below.length ? { c: below.map((each) => compileConcept(each, keepsDefinition)) } : {}),
  };
  if (Object.keys(details).length > 0) return [code, display, details];
  return display === '' ? code : [code, display];
}

/** `***TODO***`, as HL7 published it, says nothing of a concept. */
function isUnwritten(definition: string): boolean {
  return /^\W*TODO\W*$/i.test(definition);
}

/**
 * A translation that HL7 published before it was made: `---`, or with a note to the translator behind a word (`RecetaTODO`).
 * `MÉTODO` is a word.
 */
function isUnfinished(designation: string): boolean {
  return /^-+$|(?<!\p{Lu})TODO\b/u.test(designation);
}

function readValue(property: Readonly<Record<string, unknown>>): unknown {
  const name = Object.keys(property).find((each) => each.startsWith('value'));
  return name === undefined ? undefined : property[name];
}

function compileValueSet(set: ValueSet): HeldValueSet {
  const { status, compose } = set;
  const { inactive, include = [], exclude = [] } = compose ?? {};
  return {
    ...title(set),
    ...(status === undefined ? {} : { status }),
    ...(inactive === undefined ? {} : { inactive }),
    include: include.map(compileInclude),
    ...(exclude.length ? { exclude: exclude.map(compileInclude) } : {}),
  };
}

function compileInclude({ system, valueSet = [], filter = [], concept = [] }: Include): HeldInclude {
  return {
    ...(system === undefined ? {} : { system }),
    ...(valueSet.length ? { valueSets: valueSet } : {}),
    ...(filter.length ? { filters: filter.map(({ property, op, value }) => [property, op, value] as const) } : {}),
    ...(concept.length
      ? { concepts: concept.map(({ code, display }) => (display === undefined ? code : ([code, display] as const))) }
      : {}),
  };
}

function implyValueSet(system: CodeSystem): HeldValueSet {
  return {
    ...title(system),
    ...(system.status === undefined ? {} : { status: system.status }),
    include: [{ system: system.url }],
  };
}

function compileConceptMap(map: ConceptMap): HeldConceptMap {
  const source = map.sourceCanonical ?? map.sourceUri;
  const target = map.targetCanonical ?? map.targetUri;
  return {
    ...title(map),
    ...(source === undefined ? {} : { source }),
    ...(target === undefined ? {} : { target }),
    groups: (map.group ?? []).map(compileGroup),
  };
}

/** Without the remarks of HL7's editors on the state of their mapping: no answer holds them. */
function compileGroup(group: ConceptMapGroup): ConceptMapGroup {
  const element = group.element.map(({ target, ...source }) =>
    target === undefined ? source : { ...source, target: target.map(compileTarget) },
  );
  return { ...group, element };
}

function compileTarget({ comment: _comment, ...target }: ConceptMapTarget): ConceptMapTarget {
  return target;
}
