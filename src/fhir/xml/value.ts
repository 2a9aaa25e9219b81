import type { Form } from './shape.ts';

/** As JSON writes numbers, which for decimals is as FHIR writes them, too. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const SIGNED_INTEGER = /^\+[1-9]\d*$/;

/**
 * The text of a `value` attribute as JSON has it: text, true, false or a number, which stands as `JSON.rawJSON` where
 * JavaScript would change it. undefined where the form does not allow the text.
 */
export function textToValue(form: Form, text: string): unknown {
  if (form === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (form !== 'number') return text;
  // R4 allows a plus before integers (http://hl7.org/fhir/R4/datatypes.html#integer); JSON does not.
  const source = SIGNED_INTEGER.test(text) ? text.slice(1) : text;
  const number = NUMBER.test(source) ? Number(source) : Number.NaN;
  if (!Number.isFinite(number)) return undefined;
  return String(number) === source ? number : JSON.rawJSON(source);
}
