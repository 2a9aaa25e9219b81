/** A JSON object, as parsed. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** `#id`, or `#` for the resource that contains. */
export function isContainedReference(reference: string): boolean {
  return reference.charCodeAt(0) === 35;
}
