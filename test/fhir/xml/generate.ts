import type { Definitions, Property } from '../../../src/definitions/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';

/** Levels of objects below a resource that are filled each time; what is further down, or in extensions, is so once. */
const MAX_DEPTH = 2;
/** Levels down to which types are filled again that have choices not yet shown. */
const MAX_SEARCH = 5;

const TEXTS: Readonly<Record<string, unknown>> = {
  base64Binary: 'SW52ZW50ZWQ=',
  boolean: false,
  canonical: 'https://example.org/fhir/StructureDefinition/invented|1.0',
  code: 'invented',
  date: '2024-02-29',
  dateTime: '2024-02-29T23:59:59.120+01:00',
  decimal: JSON.rawJSON('-1.10'),
  id: 'Invented-1.a',
  instant: '2024-02-29T23:59:59.120Z',
  integer: -7,
  markdown: '# Invented\n\n\t"quoted" & <b>not</b> \'bold\'\r\n * 😀 ÄÖÜ \u00a0\u2028]]>',
  oid: 'urn:oid:1.2.3',
  positiveInt: 1,
  string: ' Line "one"\nline <two> & &amp; 😀\t ',
  time: '23:59:59',
  unsignedInt: 0,
  uri: 'https://example.org/?a=b&c=d#e',
  url: 'https://example.org/?a=b&c=d#e',
  uuid: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
  xhtml:
    '<div xmlns="http://www.w3.org/1999/xhtml">\n <p class=\'a\'>1 &lt; 2 &amp;&#160;3</p><br />\r\n<!-- & --></div>',
};

/**
 * Makes resources in which every element is filled. Of choices it takes one type after the other: what it has put in
 * stands in `covered` as `Type.name` (`_name` for what came with id or extensions).
 */
export class Generator {
  readonly covered = new Set<string>();
  private readonly definitions: Definitions;
  private turn = 0;

  constructor(definitions: Definitions) {
    this.definitions = definitions;
  }

  resource(type: string): Resource {
    this.turn += 1;
    return { resourceType: type, ...this.members(type, 0) };
  }

  /** An object with all elements of the type. */
  members(type: string, depth: number): Record<string, unknown> {
    const tree: Record<string, unknown> = {};
    for (const property of this.pick(type)) {
      if (property.kind === 'primitive') this.addPrimitive(tree, type, property, depth);
      else if (this.isWanted(type, property, depth)) this.addObject(tree, type, property, depth);
    }
    if (Object.keys(tree).every((name) => name === 'id')) this.addObject(tree, type, this.firstObject(type), depth);
    return tree;
  }

  /** All properties, of a choice one: one that was not taken before, where there is one. */
  private pick(type: string): Property[] {
    const picked = new Map<string, Property>();
    for (const property of this.definitions.type(type)!.properties.values()) {
      const element = property.choice ?? property.name;
      const known = picked.get(element);
      if (known === undefined || (this.isCovered(type, known) && !this.isCovered(type, property))) {
        picked.set(element, property);
      }
    }
    return [...picked.values()];
  }

  private isWanted(type: string, property: Property, depth: number): boolean {
    if (!this.isCovered(type, property)) return true;
    if (property.type === 'Extension' || property.kind === 'resource') return depth === 0;
    if (depth < MAX_DEPTH) return true;
    return depth < MAX_SEARCH && !this.isComplete(property.type);
  }

  /** Whether all was shown of the type and of the backbone elements in it. */
  private isComplete(type: string): boolean {
    return [...this.definitions.type(type)!.properties.values()].every(
      (inner) => this.isCovered(type, inner) && (!inner.type.startsWith(`${type}.`) || this.isComplete(inner.type)),
    );
  }

  private isCovered(type: string, { name }: Property): boolean {
    return this.covered.has(`${type}.${name}`);
  }

  private addObject(tree: Record<string, unknown>, type: string, property: Property, depth: number): void {
    this.covered.add(`${type}.${property.name}`);
    const item = (): unknown =>
      property.kind === 'resource'
        ? { resourceType: 'Basic', id: 'inner', code: { text: 'Invented' } }
        : this.members(property.type, depth + 1);
    tree[property.name] = property.array ? (depth === 0 ? [item(), item()] : [item()]) : item();
  }

  /** What a type without primitives (Ratio, say) is filled with where the rest is left out. */
  private firstObject(type: string): Property {
    const properties = [...this.definitions.type(type)!.properties.values()];
    return properties.find((property) => property.type !== 'Extension' && property.kind !== 'primitive')!;
  }

  private addPrimitive(tree: Record<string, unknown>, type: string, property: Property, depth: number): void {
    const { name, array } = property;
    const value = TEXTS[property.type];
    this.covered.add(`${type}.${name}`);
    const isAttribute = type === 'Extension' && name === 'url';
    const isElementId = name === 'id' && this.definitions.type(type)!.kind !== 'resource';
    if (isAttribute || isElementId || property.type === 'xhtml') {
      tree[name] = isElementId ? `id-${depth}` : value;
      return;
    }
    if (depth > 1 && this.covered.has(`${type}._${name}`)) {
      tree[name] = array ? [value, value] : value;
      return;
    }
    this.covered.add(`${type}._${name}`);
    const companion = { id: 'a', extension: [{ url: 'https://example.org/x', valueString: 'y' }] };
    const absent = { extension: [{ url: 'https://example.org/absent', valueBoolean: true }] };
    this.turn += 1;
    if (array) {
      // With holes on either side, in front, in the middle and at the end.
      const isReversed = this.turn % 2 === 0;
      tree[name] = isReversed ? [null, value, null] : [value, null, value];
      tree[`_${name}`] = isReversed ? [absent, null, companion] : [null, absent, null];
    } else {
      if (this.turn % 5 > 0) tree[name] = value;
      if (this.turn % 5 < 3) tree[`_${name}`] = this.turn % 5 === 0 ? absent : companion;
    }
  }
}
