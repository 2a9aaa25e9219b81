import type { Definitions } from '../definitions/index.ts';
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

/**
 * Rewrites in place every Reference, uri, url, oid, uuid and narrative link for which `rename` knows a new text; strings
 * of other types (an Identifier.value, say) are left alone. `path` is handed along for messages.
 * https://hl7.org/fhir/R4/http.html#trules
 */
export function rewriteReferences(
  definitions: Definitions,
  resource: Resource,
  rename: (uri: string, path: string, isReference: boolean) => string | undefined,
  path: string = resource.resourceType,
): void {
  rewriteElement(definitions, resource, resource.resourceType, rename, path);
}

function rewriteElement(
  definitions: Definitions,
  element: Record<string, unknown>,
  typeName: string,
  rename: (uri: string, path: string, isReference: boolean) => string | undefined,
  path: string,
): void {
  const type = definitions.type(typeName);
  if (type === undefined) return;
  for (const name of Object.keys(element)) {
    const property = type.properties.get(name);
    if (property === undefined) continue;
    const value = element[name];
    const isReference = typeName === 'Reference' && name === 'reference';
    if (property.kind === 'primitive') {
      if (isReference || REWRITTEN.has(property.type)) rewriteText(element, name, value, rename, path, isReference);
      else if (property.type === 'xhtml' && typeof value === 'string')
        element[name] = rewriteLinks(value, rename, path);
      continue;
    }
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        descend(definitions, item, property.type, rename, `${path}.${name}[${index}]`);
    } else descend(definitions, value, property.type, rename, `${path}.${name}`);
  }
}

function descend(
  definitions: Definitions,
  value: unknown,
  typeName: string,
  rename: (uri: string, path: string, isReference: boolean) => string | undefined,
  path: string,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const own = (value as Resource).resourceType;
  rewriteElement(definitions, value as Record<string, unknown>, typeof own === 'string' ? own : typeName, rename, path);
}

function rewriteText(
  element: Record<string, unknown>,
  name: string,
  value: unknown,
  rename: (uri: string, path: string, isReference: boolean) => string | undefined,
  path: string,
  isReference: boolean,
): void {
  if (typeof value === 'string') {
    const renamed = rename(value, `${path}.${name}`, isReference);
    if (renamed !== undefined) element[name] = renamed;
  } else if (Array.isArray(value)) {
    element[name] = value.map((item: unknown, index) =>
      typeof item === 'string' ? (rename(item, `${path}.${name}[${index}]`, isReference) ?? item) : item,
    );
  }
}

const LINKING_TAG = /<(?:a|img)[ \t\r\n](?:[^<>"']|"[^"<]*"|'[^'<]*')*>/g;
const LINK = /([ \t\r\n](?:href|src)[ \t\r\n]*=[ \t\r\n]*)("[^"]*"|'[^']*')/g;

function rewriteLinks(
  div: string,
  rename: (uri: string, path: string, isReference: boolean) => string | undefined,
  path: string,
): string {
  return div.replace(LINKING_TAG, (tag) =>
    tag.replace(LINK, (whole, before: string, quoted: string) => {
      const renamed = rename(quoted.slice(1, -1), path, false);
      return renamed === undefined ? whole : before + quoted[0]! + renamed + quoted[0]!;
    }),
  );
}
