/** What a client would like, as far as this server grants such wishes. */
export interface Preferences {
  /** The body of the answer to a write. https://hl7.org/fhir/R4/http.html#ops */
  readonly return?: (typeof CHOICES)['return'][number];
  /** What becomes of search parameters that are not understood. https://hl7.org/fhir/R4/search.html#errors */
  readonly handling?: (typeof CHOICES)['handling'][number];
}

const CHOICES = {
  return: ['minimal', 'representation', 'OperationOutcome'],
  handling: ['strict', 'lenient'],
} as const;

/** Preferences that have no parameters: what stands behind their semicolon is meant as a preference of its own. */
const WITHOUT_PARAMETERS: ReadonlySet<string> = new Set(['return', 'handling', 'respond-async', 'wait']);

const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
/** A preference or a parameter, either of which may be missing, and what separates it from the next. */
const PIECE = new RegExp(` ?(?:(${TOKEN})(?: ?= ?(${TOKEN}|${QUOTED})?)?)? ?([;,]|$)`, 'y');
/** What cannot be read, up to the next preference. */
const UNREADABLE = new RegExp(`(?:[^",]|${QUOTED}?)*,?`, 'y');

const NONE: Preferences = {};

/**
 * Reads a Prefer header, or several that were joined by commas: `handling=strict, return=minimal`. Of a preference that is
 * given more than once the first counts; what is not known here is passed over. https://www.rfc-editor.org/rfc/rfc7240
 */
export function parsePrefer(header: string | undefined): Preferences {
  if (header === undefined) return NONE;
  // No value that is known has blanks in it, and long runs of them would be costly.
  const given = readPieces(header.replace(/[ \t]+/g, ' '));
  const choose = <T extends string>(name: string, choices: readonly T[]): T | undefined =>
    choices.find((choice) => choice.toLowerCase() === given.get(name));
  const [wanted, handling] = [choose('return', CHOICES.return), choose('handling', CHOICES.handling)];
  return { ...(wanted === undefined ? {} : { return: wanted }), ...(handling === undefined ? {} : { handling }) };
}

/** Names and values in lower case. */
function readPieces(header: string): Map<string, string> {
  const given = new Map<string, string>();
  let isPreference = true;
  for (let at = 0; at < header.length;) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(header);
    if (match === null) {
      UNREADABLE.lastIndex = at;
      at += UNREADABLE.exec(header)![0].length;
      isPreference = true;
      continue;
    }
    const [whole, name, value = '', separator] = match;
    at += whole.length;
    const key = name?.toLowerCase();
    if (key !== undefined && isPreference && !given.has(key)) given.set(key, unquote(value).toLowerCase());
    if (separator === ',') isPreference = true;
    else if (key !== undefined) isPreference &&= WITHOUT_PARAMETERS.has(key);
  }
  return given;
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
