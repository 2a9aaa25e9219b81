import { fault } from '../base/index.ts';

const JSON_NAMES = /^(application\/(fhir\+json|json|json\+fhir|\*)|text\/json|\*\/\*|json)$/;

/**
 * Refuses (406) what cannot be answered in JSON, by `_format` or else by Accept.
 * https://hl7.org/fhir/R4/http.html#mime-type
 */
export function checkAccept(accept: string | undefined, format: string | undefined): void {
  if (format !== undefined) {
    if (!JSON_NAMES.test(format.split(';', 1)[0]!.trim().replace(' ', '+').toLowerCase())) throw notAcceptable();
    return;
  }
  if (accept === undefined || accept === '') return;
  const offered = accept.split(',').some((item) => {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return JSON_NAMES.test(name) && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
  if (!offered) throw notAcceptable();
}

/** Whether an Accept header asks for a resource rather than for bytes of any other kind. */
export function wantsResource(accept: string | undefined): boolean {
  return /application\/(fhir\+json|json\+fhir|json)/i.test(accept ?? '');
}

function notAcceptable(): Error {
  return fault(406, 'not-supported', 'not-acceptable', 'Answers are given as application/fhir+json: ask for that in Accept or _format.');
}
