import type { CompiledDefinitions } from './compiled.ts';

/** JSON with one type, parameter or value set a line, so that a change shows as a readable difference. */
export function printDefinitions(definitions: CompiledDefinitions): string {
  const members = Object.entries(definitions).map(([name, value]) => `${JSON.stringify(name)}:${printMember(value)}`);
  return `{\n${members.join(',\n')}\n}\n`;
}

function printMember(value: unknown): string {
  if (Array.isArray(value) && typeof value[0] === 'object') {
    return `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  }
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${JSON.stringify(item)}`);
  return `{\n${lines.join(',\n')}\n}`;
}
