import { h } from 'hastscript';
import type { ScopeItem, Weight } from './describe-scope.ts';
import { renderDocument } from './document.ts';
import type { Form } from './document.ts';
import type { Content } from './elements.ts';
import { facts, postForm, PROBLEM_ID, problemBox, sentence, stepButton, value } from './elements.ts';
import { fill, fillWith } from './fill.ts';
import { namePatient } from './named-patient.ts';
import type { NamedPatient } from './named-patient.ts';
import { switchUserForm } from './switch-user.ts';
import type { Texts } from './texts/texts.ts';
import { textsIn } from './texts/texts-in.ts';

export interface ConsentPage extends Form {
  readonly client: string;
  readonly organization: string;
  readonly user: string;
  readonly patient?: NamedPatient;
  readonly case?: { readonly number: string };
  readonly scopes: readonly ScopeItem[];
  /** Whether access is to outlast its first token. */
  readonly offline: 'offline' | 'online' | undefined;
  /** Host of the address to which the person is sent back. */
  readonly returnsTo: string;
  /** Address of the page where access is ended. */
  readonly manage: string;
  readonly problem?: 'nothing-chosen' | 'expired';
}

/** The order of the groups; the gravest stands last of the records, right above the decision's smaller print. */
const WEIGHTS: readonly Weight[] = ['read', 'write', 'delete', 'identity', 'context', 'offline'];

/**
 * Where a person decides what an application may do. Sends `scope` for each that is left ticked, with step `consent`; or
 * step `cancel` or `switch-user`. Locked scopes are said and not sent.
 */
export function renderConsent(page: ConsentPage): string {
  const texts = textsIn(page.language);
  const text = texts.consent;
  const locked = page.scopes.filter((item) => item.locked);
  return renderDocument(
    page,
    {
      title: fill(text.title, { client: page.client }),
      organization: page.organization,
      isProblem: page.problem !== undefined,
      wide: true,
    },
    h('h1', null, sentence(text.title, { client: page.client })),
    h('p', { class: 'lede' }, text.purpose),
    problemBox(problemText(page, texts)),
    facts(
      [text.signedInAs, value(page.user)],
      [text.patient, page.patient && namePatient(page.patient, page.language, texts)],
      [text.case, page.case && value(page.case.number)],
      [text.returnsTo, value(page.returnsTo)],
    ),
    switchUserForm(page, texts),
    page.patient && page.case ? h('p', { class: 'notice' }, text.reach) : null,
    postForm(
      page,
      {},
      h('p', { id: 'choose', class: 'instruction' }, text.choose),
      ...WEIGHTS.map((weight, index) => group(weight, index, page, texts)),
      locked.length === 0 ? null : said(locked, text.alsoNeeded),
      h('p', { class: 'hint' }, page.offline === undefined ? `${text.ends} ` : null, ...later(page, texts)),
      h(
        'div',
        { class: 'actions' },
        stepButton('consent', 'primary', text.allow),
        stepButton('cancel', 'secondary', text.deny),
      ),
    ),
  );
}

function problemText({ problem }: ConsentPage, { consent, expired }: Texts): string | undefined {
  if (problem === undefined) return undefined;
  return problem === 'expired' ? expired : consent.nothingChosen;
}

function group(weight: Weight, index: number, page: ConsentPage, { groups }: Texts): Content {
  const items = page.scopes.filter((item) => item.weight === weight && !item.locked);
  if (items.length === 0) return null;
  const described = page.problem === undefined ? 'choose' : `choose ${PROBLEM_ID}`;
  return h(
    'fieldset',
    { class: weight, 'aria-describedby': described },
    h('legend', null, groups[weight]),
    ...items.map((item, place) => choice(item, `scope-${index}-${place}`)),
  );
}

/** Where to change one's mind. */
function later({ manage }: ConsentPage, texts: Texts): Content[] {
  return fillWith(texts.consent.later, { page: h('a', { class: 'inline', href: manage }, texts.manage.title) });
}

function choice(item: ScopeItem, id: string): Content {
  const notes = (['detail', 'partOf', 'caution'] as const).filter((kind) => item[kind] !== undefined);
  const described = notes.length === 0 ? {} : { 'aria-describedby': notes.map((kind) => `${id}-${kind}`).join(' ') };
  return h(
    'div',
    { class: 'choice' },
    h('input', { type: 'checkbox', id, name: 'scope', value: item.text, checked: true, ...described }),
    h(
      'div',
      null,
      h('label', { for: id, class: 'said' }, item.sentence),
      ...notes.map((kind) => h('p', { id: `${id}-${kind}`, class: kind === 'caution' ? kind : 'detail' }, item[kind])),
    ),
  );
}

function said(items: readonly ScopeItem[], heading: string): Content {
  return h(
    'section',
    { class: 'said-only', 'aria-labelledby': 'always' },
    h('h2', { id: 'always' }, heading),
    h('ul', null, ...items.map((item) => h('li', null, item.sentence))),
  );
}
