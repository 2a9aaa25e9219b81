import type { Definitions, SearchParameterDefinition } from '../definitions/index.ts';

type Find<T> = (definitions: Definitions, type: string, parameter: SearchParameterDefinition) => T;

/** Finds out once what each search asks about a parameter of a type. What is found must not be changed. */
export function remember<T>(find: Find<T>): Find<T> {
  const known = new WeakMap<SearchParameterDefinition, Map<string, T>>();
  return (definitions, type, parameter) => {
    let byType = known.get(parameter);
    if (byType === undefined) known.set(parameter, (byType = new Map<string, T>()));
    let found = byType.get(type);
    if (found === undefined) byType.set(type, (found = find(definitions, type, parameter)));
    return found;
  };
}
