/*
 * Tests of the shape of resources that are sent: they need not have been validated.
 */

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

export function isListOf(list: unknown, test: (each: unknown) => boolean): list is readonly unknown[] {
  return Array.isArray(list) && list.every(test);
}

export function hasTexts(value: unknown, ...names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isObject(value) && names.every((name) => typeof value[name] === 'string');
}

/** Whether those that are there are texts. */
export function mayHaveTexts(value: unknown, ...names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isObject(value) && names.every((name) => value[name] === undefined || typeof value[name] === 'string');
}
