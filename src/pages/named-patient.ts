import { h } from 'hastscript';
import { formatDate } from './dates.ts';
import type { Content } from './elements.ts';
import { sentence, value } from './elements.ts';
import type { Language } from './language.ts';
import type { Texts } from './texts/texts.ts';

/** A patient with what tells two people of one name apart. */
export interface NamedPatient {
  readonly name: string;
  /** A FHIR date, maybe of a year or a month only. */
  readonly birthDate?: string;
  readonly identifier?: string;
  /** `Patient.gender`. */
  readonly sex?: string;
}

/** The name, and what tells apart: `Mai Tran born 2 April 1958 · female · No. 4711`. */
export function namePatient(patient: NamedPatient, language: Language, texts: Texts): Content[] {
  const { birthDate, identifier } = patient;
  const { choosePatient: text, sex } = texts;
  const marks = [
    ...(birthDate === undefined ? [] : [sentence(text.born, { date: formatDate(birthDate, language) })]),
    ...(patient.sex === undefined ? [] : [isSex(patient.sex, sex) ? sex[patient.sex] : sex.unknown]),
    ...(identifier === undefined ? [] : [sentence(text.identifier, { identifier })]),
  ];
  const name = h('span', { class: 'said' }, value(patient.name));
  if (marks.length === 0) return [name];
  // A blank parts them for those who hear the page.
  return [name, h('span', { class: 'detail' }, ...marks.flatMap((mark) => [' ', h('span', null, mark)]))];
}

function isSex(code: string, sex: Texts['sex']): code is keyof Texts['sex'] {
  return Object.hasOwn(sex, code);
}
