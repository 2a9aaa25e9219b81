import type { Issue } from '../base/index.ts';

/** One `Parameters.parameter`. */
export type Parameter = Readonly<Record<string, unknown>> & { readonly name: string };

export function toParameters(parameters: readonly Parameter[]): Readonly<Record<string, unknown>> {
  return { resourceType: 'Parameters', parameter: parameters };
}

/** The one issue of an operation that cannot be answered. */
export function refuse(code: string, key: string, text: string): readonly Issue[] {
  return [{ severity: 'error', code, key, text }];
}

export function isRefusal(value: unknown): value is readonly Issue[] {
  return Array.isArray(value);
}
