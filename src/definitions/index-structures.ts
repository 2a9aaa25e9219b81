import type { StructureDefinition } from './structure.ts';

const URL_FIRST = /^\{"url":"([^"]+)"/;

/**
 * Reads `r4-structures.ndjson`: one structure a line, its URL first. Lines are found now and parsed when they are asked
 * for. Throws for a line without a URL.
 */
export function indexStructures(bytes: Uint8Array): (url: string) => StructureDefinition | undefined {
  const lines = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    if (line === '') continue;
    const url = URL_FIRST.exec(line)?.[1];
    if (url === undefined) throw new Error('A line of the structures does not begin with its URL');
    lines.set(url, line);
  }
  return (url) => {
    const line = lines.get(url);
    return line === undefined ? undefined : (JSON.parse(line) as StructureDefinition);
  };
}
