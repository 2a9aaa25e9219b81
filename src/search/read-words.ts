import type { Definitions } from '../definitions/index.ts';
import type { Resource } from '../fhir/index.ts';
import { indexedWords } from './words.ts';
import type { Words } from './words.ts';
import { narrativeText } from './narrative-text.ts';

/** Distinct words of one record in one scope; what comes after them is not found. */
const MAX_WORDS = 2000;
/** UTF-16 units of all of them together: of more than 1 MiB of lexemes PostgreSQL makes others, and says nothing. */
const MAX_SIZE = 100_000;
/** UTF-16 units that are read at all: words are made while requests wait. */
const MAX_READ = 200_000;
/** Types whose values are text for people, or codes that they know. */
const TEXT: ReadonlySet<string> = new Set(['string', 'markdown', 'code']);
/** Ids of other resources, not text. */
const NO_TEXT: ReadonlySet<string> = new Set(['Reference.reference']);

/**
 * Makes the reader of words of a resource: those of its narrative, and those of all its content: of texts and codes in
 * whatever depth, of contained resources and extensions, and of its narratives. Numbers, dates, addresses (URIs) and
 * base64 are no words.
 * See http://hl7.org/fhir/R4/search.html#text.
 */
export function compileWordReader(definitions: Definitions): (resource: Resource) => Words {
  function visit(value: unknown, type: string, texts: string[], narratives: string[]): void {
    if (typeof value !== 'object' || value === null) return;
    const element = value as Record<string, unknown>;
    const properties = definitions.type(type === 'Resource' ? String(element['resourceType']) : type)?.properties;
    if (properties === undefined) return;
    for (const name of Object.keys(element)) {
      const property = properties.get(name);
      if (property === undefined) continue;
      const { kind, type: below, path } = property;
      const found = element[name];
      const items: readonly unknown[] = Array.isArray(found) ? found : [found];
      for (const item of items) {
        if (kind !== 'primitive') visit(item, below, texts, narratives);
        else if (typeof item !== 'string') continue;
        else if (below === 'xhtml') narratives.push(item);
        else if (TEXT.has(below) && !NO_TEXT.has(path)) texts.push(item);
      }
    }
  }

  return (resource) => {
    const texts: string[] = [];
    const narratives: string[] = [];
    visit(resource, 'Resource', texts, narratives);
    const own = (resource['text'] as { div?: unknown } | undefined)?.div;
    return {
      _text: collectWords(typeof own === 'string' ? plainTexts([own]) : []),
      _content: collectWords(allTexts(texts, narratives)),
    };
  };
}

/** One after the other, for most of them may not be needed. */
function* plainTexts(narratives: readonly string[]): Generator<string> {
  for (const div of narratives) yield narrativeText(div.slice(0, MAX_READ));
}

/** A long narrative must not keep out the elements, which it mostly repeats: it comes last. */
function* allTexts(texts: readonly string[], narratives: readonly string[]): Generator<string> {
  yield* texts;
  yield* plainTexts(narratives);
}

function collectWords(texts: Iterable<string>): string[] {
  const words = new Set<string>();
  let size = 0;
  let left = MAX_READ;
  for (const text of texts) {
    if (left <= 0) break;
    const begun = text.slice(0, left);
    left -= begun.length;
    for (const word of indexedWords(begun)) {
      if (words.has(word)) continue;
      size += word.length;
      if (words.size >= MAX_WORDS || size > MAX_SIZE) return [...words];
      words.add(word);
    }
  }
  return [...words];
}
