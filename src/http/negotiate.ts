import { fault } from '../base/index.ts';

/** The names under which FHIR JSON may be asked for, the proper one first. */
const JSON_NAMES = ['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir'];

/**
 * Refuses (406) what cannot be answered in JSON of R4, by `_format` or else by Accept.
 * https://hl7.org/fhir/R4/http.html#mime-type
 */
export function checkAccept(accept: string | undefined, format: string | undefined): void {
  const isFine = format === undefined ? isAccepted(accept ?? '') : isJsonFormat(format);
  if (isFine) return;
  const text = 'Answers are given as application/fhir+json, in FHIR R4: ask for that in Accept or _format.';
  throw fault(406, 'not-supported', 'not-acceptable', text);
}

/** Whether a resource is asked for by name, rather than bytes of any other kind. */
export function wantsResource(accept: string | undefined, format: string | undefined): boolean {
  if (format !== undefined) return isJsonFormat(format);
  return parseAccept(accept ?? '').some(({ range, quality }) => quality > 0 && JSON_NAMES.includes(range));
}

function isJsonFormat(format: string): boolean {
  const [name, ...parameters] = split(format);
  return isR4(parameters) && ['json', '*/*', 'application/*', ...JSON_NAMES].includes(name!.replace(' ', '+'));
}

function isAccepted(accept: string): boolean {
  if (accept.trim() === '') return true;
  const ranges = parseAccept(accept);
  return JSON_NAMES.some((name) => {
    // The most specific range decides: https://www.rfc-editor.org/rfc/rfc9110#field.accept
    const wider = [name, name.replace(/\/.*/, '/*'), '*/*'];
    const [best] = ranges
      .filter(({ range }) => wider.includes(range))
      .sort((a, b) => wider.indexOf(a.range) - wider.indexOf(b.range));
    return best !== undefined && best.quality > 0;
  });
}

function parseAccept(accept: string): { range: string; quality: number }[] {
  return accept
    .split(',')
    .map(split)
    .filter(([range, ...parameters]) => range !== '' && isR4(parameters))
    .map(([range, ...parameters]) => {
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { range: range!, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
    });
}

/** `fhirVersion` may ask for another release: https://hl7.org/fhir/R4/versioning.html#mt-version */
function isR4(parameters: readonly string[]): boolean {
  const version = parameters.find((parameter) => parameter.startsWith('fhirversion='));
  return version === undefined || /^fhirversion="?4\.0(\.1)?"?$/.test(version);
}

function split(text: string): string[] {
  return text.split(';').map((part) => part.trim().toLowerCase());
}
