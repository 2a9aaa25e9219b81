import { h } from 'hastscript';
import { formatDate } from './dates.ts';
import { renderDocument } from './document.ts';
import type { Form } from './document.ts';
import type { Content } from './elements.ts';
import { facts, postForm, PROBLEM_ID, problemBox, sentence, stepButton, value } from './elements.ts';
import type { Texts } from './texts/texts.ts';
import { textsIn } from './texts/texts-in.ts';

export interface PatientChoice {
  readonly id: string;
  readonly name: string;
  /** A FHIR date, maybe of a year or a month only. */
  readonly birthDate?: string;
  readonly identifier?: string;
  /** `Patient.gender`. */
  readonly sex?: string;
}

export interface ChoosePatientPage extends Form {
  readonly organization: string;
  readonly client: string;
  readonly user: string;
  /** What was searched for. */
  readonly query?: string;
  readonly patients: readonly PatientChoice[];
  /** There are more than are shown. */
  readonly more: boolean;
  readonly problem?: 'none-chosen' | 'unknown' | 'expired';
}

/**
 * Where a person says whom the work is about. Sends `query` with step `search`, or `patient` (an id) with step `choose`;
 * or step `cancel`. Nobody is chosen beforehand, not even the only one found: the wrong patient is a hazard.
 */
export function renderChoosePatient(page: ChoosePatientPage): string {
  const texts = textsIn(page.language);
  const text = texts.choosePatient;
  return renderDocument(
    page,
    { title: text.title, organization: page.organization, isProblem: page.problem !== undefined, wide: true },
    h('h1', null, text.title),
    h('p', { class: 'lede' }, sentence(text.purpose, { client: page.client })),
    problemBox(problemText(page, texts)),
    facts([texts.consent.signedInAs, value(page.user)]),
    searchForm(page, texts),
    page.patients.length === 0 ? noneFound(page, texts) : choiceForm(page, texts),
  );
}

function problemText({ problem }: ChoosePatientPage, { choosePatient, expired }: Texts): string | undefined {
  if (problem === undefined) return undefined;
  if (problem === 'expired') return expired;
  return problem === 'unknown' ? choosePatient.unknown : choosePatient.noneChosen;
}

function searchForm(page: ChoosePatientPage, { choosePatient: text }: Texts): Content {
  return postForm(
    page,
    { role: 'search' },
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'query' }, text.query),
      h('p', { id: 'query-hint', class: 'hint' }, text.hint),
      h(
        'div',
        { class: 'search' },
        h('input', {
          id: 'query',
          name: 'query',
          type: 'search',
          value: page.query ?? '',
          autocomplete: 'off',
          spellcheck: 'false',
          dir: 'auto',
          'aria-describedby': 'query-hint',
        }),
        stepButton('search', 'secondary', text.search),
      ),
    ),
  );
}

function choiceForm(page: ChoosePatientPage, texts: Texts): Content {
  const text = texts.choosePatient;
  const described = page.problem === undefined ? {} : { 'aria-describedby': PROBLEM_ID };
  return postForm(
    page,
    {},
    h(
      'fieldset',
      described,
      h('legend', null, text.found),
      ...page.patients.map((patient) => choice(patient, page, texts)),
    ),
    page.more ? h('p', { class: 'notice' }, text.more) : null,
    h(
      'div',
      { class: 'actions' },
      stepButton('choose', 'primary', text.choose),
      stepButton('cancel', 'secondary', texts.cancel),
    ),
  );
}

/** A name with what tells two people of that name apart. */
function choice(patient: PatientChoice, { language }: Form, { choosePatient: text, sex }: Texts): Content {
  const { birthDate, identifier } = patient;
  const marks = [
    ...(birthDate === undefined ? [] : [sentence(text.born, { date: formatDate(birthDate, language) })]),
    ...(patient.sex === undefined ? [] : [isSex(patient.sex, sex) ? sex[patient.sex] : sex.unknown]),
    ...(identifier === undefined ? [] : [sentence(text.identifier, { identifier })]),
  ];
  const id = `patient-${patient.id}`;
  return h(
    'div',
    { class: 'choice' },
    h('input', { type: 'radio', id, name: 'patient', value: patient.id, required: true }),
    h(
      'label',
      { for: id },
      h('span', { class: 'said' }, value(patient.name)),
      // A blank parts them for those who hear the page.
      h('span', { class: 'detail' }, ...marks.flatMap((mark) => [' ', h('span', null, mark)])),
    ),
  );
}

function isSex(code: string, sex: Texts['sex']): code is keyof Texts['sex'] {
  return Object.hasOwn(sex, code);
}

function noneFound(page: ChoosePatientPage, { choosePatient: text, cancel }: Texts): Content {
  const query = page.query ?? '';
  return postForm(
    page,
    {},
    h(
      'div',
      { class: 'empty' },
      h('p', { class: 'said' }, query === '' ? text.noneAtAll : sentence(text.noneFound, { query })),
      h('p', { class: 'hint' }, text.noneHint),
    ),
    h('div', { class: 'actions' }, stepButton('cancel', 'secondary', cancel)),
  );
}
