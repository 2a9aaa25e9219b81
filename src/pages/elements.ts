import { h } from 'hastscript';
import type { Child, Properties, Result } from 'hastscript';
import { cleanText } from './display-text.ts';
import { fillWith } from './fill.ts';

/** What may stand inside an element. */
export type Content = Child;

/** What `h` makes of a name. */
export type Element = Extract<Result, { type: 'element' }>;

/** The values of a button named `step`, which tells the server what the person wants. */
export type Step =
  'sign-in' | 'search' | 'choose' | 'consent' | 'cancel' | 'switch-user' | 'end' | 'end-all' | 'sign-out';

/** Id of the one problem that a page may tell; fields that it concerns refer to it. */
export const PROBLEM_ID = 'problem';

/** A value from outside: cleaned, and set apart so that its direction does not turn the words around it. */
export function value(text: string): Element {
  return h('bdi', { class: 'value' }, cleanText(text));
}

/** A text of the page with values in it. */
export function sentence(text: string, values: Readonly<Record<string, string>>): (string | Element)[] {
  return fillWith(text, Object.fromEntries(Object.entries(values).map(([place, given]) => [place, value(given)])));
}

/** A form that is posted to the caller's address with its token against forgery. */
export function postForm(
  form: { action: string; csrf: string },
  attributes: Properties,
  ...children: Content[]
): Content {
  const token = h('input', { type: 'hidden', name: 'csrf', value: form.csrf });
  return h('form', { method: 'post', action: form.action, ...attributes }, token, ...children);
}

/** A button that sends its form. The first one of a form is pressed by the enter key. */
export function stepButton(step: Step, kind: 'primary' | 'secondary' | 'danger', ...label: Content[]): Content {
  // Who cancels need not fill in anything.
  const withoutChecks = step === 'cancel' ? { formnovalidate: true } : {};
  return h('button', { type: 'submit', name: 'step', value: step, class: kind, ...withoutChecks }, ...label);
}

/** What went wrong, read out as soon as the page opens. */
export function problemBox(text: Content): Content {
  return text === undefined ? null : h('p', { id: PROBLEM_ID, class: 'notice problem', role: 'alert' }, text);
}

/** Pairs of a term and what it is; those without a value are left out. */
export function facts(
  ...pairs: readonly (readonly [term: string, description: Content | readonly Content[]])[]
): Content {
  const rows = pairs
    .filter(([, description]) => description !== undefined)
    .map(([term, description]) => h('div', null, h('dt', null, term), h('dd', null, ...[description].flat())));
  return h('dl', { class: 'facts' }, ...rows);
}
