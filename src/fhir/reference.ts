import type { Definitions, Property } from '../definitions/index.ts';
import type { Resource } from './resource.ts';

/** http://hl7.org/fhir/R4/references.html#literal with an optional version. */
const LITERAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** `Type/id` of a literal reference on this server; undefined for anything else (absolute, urn:, #contained, conditional). */
export function localReference(reference: unknown): string | undefined {
  const match = typeof reference === 'string' ? LITERAL.exec(reference) : null;
  return match === null ? undefined : `${match[1]}/${match[2]}`;
}

export function splitReference(ref: string): [type: string, id: string] {
  const slash = ref.indexOf('/');
  return [ref.slice(0, slash), ref.slice(slash + 1)];
}

/** All local references of a resource, wherever they stand: Reference.reference and the url of an Attachment. */
export function collectReferences(resource: Resource): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) walk(item);
      return;
    }
    for (const [name, item] of Object.entries(value)) {
      if (name === 'reference' || name === 'url') {
        const ref = localReference(item);
        if (ref !== undefined && (name === 'reference' || ref.startsWith('Binary/'))) found.add(ref);
      }
      walk(item);
    }
  };
  walk(resource);
  return [...found];
}

/** "Elements of type canonical are not replaced": they name what is published, wherever it lies. */
const REWRITTEN = new Set(['uri', 'url', 'oid', 'uuid']);

/** The new text of what names something, or undefined where it stays. `path`: where it stands, for messages. */
export type Rename = (uri: string, path: string, isReference: boolean) => string | undefined;

/**
 * Rewrites in place every Reference, uri, url, oid, uuid and narrative link for which `rename` knows a new text; strings
 * of other types (an Identifier.value, say) are left alone. `path` is handed along for messages.
 * https://hl7.org/fhir/R4/http.html#trules
 */
export function rewriteReferences(
  definitions: Definitions,
  resource: Resource,
  rename: Rename,
  path: string = resource.resourceType,
): void {
  rewriteElement(definitions, resource, resource.resourceType, rename, path);
}

/**
 * The same for what is to stand under a property: one element, or the list of all. Objects are rewritten in place; returned
 * is the value, or the text that stands for it.
 */
export function rewriteValue(
  definitions: Definitions,
  property: Property,
  value: unknown,
  rename: Rename,
  path: string,
): unknown {
  if (property.kind !== 'primitive') {
    rewriteElements(definitions, value, property.type, rename, path);
    return value;
  }
  if (property.type === 'xhtml') return typeof value === 'string' ? rewriteLinks(value, rename, path) : value;
  if (!mayName(property)) return value;
  const isReference = isLiteral(property);
  if (typeof value === 'string') return rename(value, path, isReference) ?? value;
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown, index) =>
    typeof item === 'string' ? (rename(item, `${path}[${index}]`, isReference) ?? item) : item,
  );
}

/** The same for the id and the extensions that stand beside a primitive, or beside each of a list. */
export function rewriteCompanion(definitions: Definitions, companion: unknown, rename: Rename, path: string): void {
  rewriteElements(definitions, companion, 'Element', rename, path);
}

function rewriteElement(
  definitions: Definitions,
  element: Record<string, unknown>,
  typeName: string,
  rename: Rename,
  path: string,
): void {
  const type = definitions.type(typeName);
  if (type === undefined) return;
  for (const name of Object.keys(element)) {
    const property = type.properties.get(name);
    if (property === undefined) {
      if (name.startsWith('_')) rewriteCompanion(definitions, element[name], rename, `${path}.${name.slice(1)}`);
    } else if (property.kind !== 'primitive' || mayName(property)) {
      element[name] = rewriteValue(definitions, property, element[name], rename, `${path}.${name}`);
    }
  }
}

/** Of primitives. */
function mayName(property: Property): boolean {
  return REWRITTEN.has(property.type) || property.type === 'xhtml' || isLiteral(property);
}

function isLiteral({ path }: Property): boolean {
  return path === 'Reference.reference';
}

function rewriteElements(
  definitions: Definitions,
  value: unknown,
  typeName: string,
  rename: Rename,
  path: string,
): void {
  if (!Array.isArray(value)) return descend(definitions, value, typeName, rename, path);
  for (const [index, item] of value.entries()) descend(definitions, item, typeName, rename, `${path}[${index}]`);
}

function descend(definitions: Definitions, value: unknown, typeName: string, rename: Rename, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const own = (value as Resource).resourceType;
  rewriteElement(definitions, value as Record<string, unknown>, typeof own === 'string' ? own : typeName, rename, path);
}

const LINKING_TAG = /<(?:a|img)[ \t\r\n](?:[^<>"']|"[^"<]*"|'[^'<]*')*>/g;
const LINK = /([ \t\r\n](?:href|src)[ \t\r\n]*=[ \t\r\n]*)("[^"]*"|'[^']*')/g;

function rewriteLinks(div: string, rename: Rename, path: string): string {
  return div.replace(LINKING_TAG, (tag) =>
    tag.replace(LINK, (whole, before: string, quoted: string) => {
      const renamed = rename(quoted.slice(1, -1), path, false);
      return renamed === undefined ? whole : before + quoted[0]! + renamed + quoted[0]!;
    }),
  );
}
