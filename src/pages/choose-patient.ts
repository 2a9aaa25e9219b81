import { h } from 'hastscript';
import { renderDocument } from './document.ts';
import type { Form } from './document.ts';
import type { Content } from './elements.ts';
import { facts, postForm, PROBLEM_ID, problemBox, sentence, stepButton, value } from './elements.ts';
import { namePatient } from './named-patient.ts';
import type { NamedPatient } from './named-patient.ts';
import { switchUserForm } from './switch-user.ts';
import type { Texts } from './texts/texts.ts';
import { textsIn } from './texts/texts-in.ts';

export interface PatientChoice extends NamedPatient {
  readonly id: string;
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
 * or step `cancel` or `switch-user`. Nobody is chosen beforehand, not even the only one found: the wrong patient is a hazard.
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
    switchUserForm(page, texts),
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

function choice(patient: PatientChoice, { language }: Form, texts: Texts): Content {
  const id = `patient-${patient.id}`;
  return h(
    'div',
    { class: 'choice' },
    h('input', { type: 'radio', id, name: 'patient', value: patient.id, required: true }),
    h('label', { for: id }, ...namePatient(patient, language, texts)),
  );
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
