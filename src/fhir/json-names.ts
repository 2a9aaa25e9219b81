/** Names that can stand in a text without carrying anything of a patient into it. */
const TELLABLE = /^_?[A-Za-z][A-Za-z0-9]{0,63}$/;

const QUOTE = 34;
const COMMA = 44;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** An object or an array that is open. */
interface Level {
  /** Of an array the present item; -1 for an object. */
  index: number;
  /** Of an object the present member; '' before its name was read. */
  name: string;
  readonly names: Set<string>;
}

export interface BadName {
  /** Position of its first quote. */
  readonly at: number;
  readonly name: string;
  /** As `pathAt` has it. */
  readonly path: string;
}

/** What JavaScript gives a meaning of its own, in every object. */
export function isForbiddenName(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype';
}

/** The first member name of a well-formed text that stands twice in its object, or is forbidden. */
export function findBadName(text: string): BadName | undefined {
  let bad: Omit<BadName, 'path'> | undefined;
  const path = walk(text, text.length, (name, at, names) => {
    if (isForbiddenName(name) || names.has(name)) bad = { at, name };
    names.add(name);
    return bad === undefined;
  });
  return bad && { ...bad, path };
}

/**
 * The FHIRPath of what stands at a position of a text that is JSON up to there, as far as its names can be told:
 * `Patient.name[0].given[1]`; '' where nothing can be.
 */
export function pathAt(text: string, end: number): string {
  return walk(text, end, () => true);
}

/** `name` where it can be told, else ''. */
export function tellableName(name: string): string {
  return TELLABLE.test(name) ? name : '';
}

/** Reads to `end`, or until `goOn` answers false to a name; where it stands then. */
function walk(text: string, end: number, goOn: (name: string, at: number, names: Set<string>) => boolean): string {
  const levels: Level[] = [];
  let level: Level | undefined;
  let type = '';
  let isName = false;
  for (let at = 0; at < end; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        isName = text.charCodeAt(at) === OPEN_OBJECT;
        level = { index: isName ? -1 : 0, name: '', names: new Set() };
        levels.push(level);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        isName = false;
        levels.pop();
        level = levels.at(-1);
        break;
      case COMMA:
        if (level === undefined) break;
        isName = level.index < 0;
        level.name = '';
        if (!isName) level.index += 1;
        break;
      case QUOTE: {
        const close = endOfString(text, at);
        if (isName && level !== undefined) {
          level.name = decode(text.slice(at, close + 1));
          isName = false;
          if (close < end && !goOn(level.name, at, level.names)) return tellPath(type, levels);
        } else if (levels.length === 1 && level?.name === 'resourceType') {
          type = tellableName(text.slice(at + 1, close));
        }
        at = close;
      }
    }
  }
  return tellPath(type, levels);
}

function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    at += code === BACKSLASH ? 2 : 1;
  }
  return at;
}

/** '' for a name with an escape that JSON does not have. */
function decode(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return '';
  }
}

function tellPath(type: string, levels: readonly Level[]): string {
  let path = type;
  for (const { index, name } of levels) {
    const step = index < 0 ? tellableName(name) : `[${index}]`;
    if (step === '' || (index >= 0 && path === '')) break;
    path += index < 0 && path !== '' ? `.${step}` : step;
  }
  return path;
}
