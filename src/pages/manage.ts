import { h } from 'hastscript';
import { formatInstant } from './dates.ts';
import type { ScopeItem } from './describe-scope.ts';
import { cleanText } from './display-text.ts';
import { renderDocument } from './document.ts';
import type { Form } from './document.ts';
import type { Content } from './elements.ts';
import { facts, postForm, problemBox, stepButton, value } from './elements.ts';
import { namePatient } from './named-patient.ts';
import type { NamedPatient } from './named-patient.ts';
import type { Texts } from './texts/texts.ts';
import { textsIn } from './texts/texts-in.ts';

export interface GivenAccess {
  readonly id: string;
  /** Id of the application. */
  readonly app: string;
  /** Its name. */
  readonly client: string;
  readonly patient?: NamedPatient;
  readonly scopes: readonly ScopeItem[];
  /** Instants. */
  readonly since: string;
  readonly lastUsed?: string;
  /** It lasts while the person is away. */
  readonly offline: boolean;
}

export interface ManagePage extends Form {
  readonly user: string;
  readonly organization: string;
  /** The latest first. */
  readonly grants: readonly GivenAccess[];
  readonly done?: 'ended' | 'ended-all';
  readonly problem?: 'expired';
}

/**
 * Where a person sees and ends what they allowed. Sends `grant` (an id) with step `end`, `app` (an id) with step `end-all`,
 * or step `sign-out`.
 */
export function renderManage(page: ManagePage): string {
  const texts = textsIn(page.language);
  const text = texts.manage;
  const applications = Map.groupBy(page.grants, ({ app }) => app);
  return renderDocument(
    page,
    { title: text.title, organization: page.organization, isProblem: page.problem !== undefined, wide: true },
    h('h1', null, text.title),
    page.grants.length === 0 ? null : h('p', { class: 'lede' }, text.purpose),
    problemBox(page.problem && texts.expired),
    page.done === undefined ? null : h('p', { class: 'notice done', role: 'status' }, doneText(page.done, texts)),
    facts([texts.consent.signedInAs, value(page.user)]),
    signOutForm(page, texts),
    page.grants.length === 0
      ? h('div', { class: 'empty' }, h('p', { class: 'said' }, text.none), h('p', { class: 'hint' }, text.noneHint))
      : null,
    ...[...applications.values()].map((grants, index) => application(grants, index, page, texts)),
    // The list may be long: whoever has read it to the end finds the way out there, too.
    page.grants.length === 0 ? null : signOutForm(page, texts),
  );
}

function doneText(done: 'ended' | 'ended-all', { manage }: Texts): string {
  return done === 'ended' ? manage.ended : manage.endedAll;
}

function signOutForm(page: ManagePage, { manage }: Texts): Content {
  return postForm(page, { class: 'leave' }, stepButton('sign-out', 'secondary', manage.signOut));
}

/** All that one application was allowed, and the one button that ends it all. */
function application(grants: readonly GivenAccess[], index: number, page: ManagePage, texts: Texts): Content {
  const { app = '', client = '' } = grants[0] ?? {};
  const heading = `app-${index}`;
  return h(
    'section',
    { class: 'app', 'aria-labelledby': heading },
    h('h2', { id: heading }, value(client)),
    h('ul', { class: 'cards' }, ...grants.map((grant) => card(grant, page, texts))),
    postForm(
      page,
      {},
      h('input', { type: 'hidden', name: 'app', value: app }),
      stepButton('end-all', 'danger', texts.manage.endAll, unseen(client)),
    ),
  );
}

function card(grant: GivenAccess, page: ManagePage, texts: Texts): Content {
  const text = texts.manage;
  const { patient } = grant;
  return h(
    'li',
    { class: 'card' },
    grant.offline ? h('p', { class: 'tag' }, text.offline) : null,
    facts(
      [text.patient, patient && namePatient(patient, page.language, texts)],
      [text.since, instant(grant.since, page)],
      [text.lastUsed, grant.lastUsed === undefined ? text.neverUsed : instant(grant.lastUsed, page)],
    ),
    h(
      'details',
      null,
      h('summary', null, text.may),
      h('ul', null, ...grant.scopes.map((item) => h('li', null, item.sentence, detail(item)))),
    ),
    postForm(
      page,
      {},
      h('input', { type: 'hidden', name: 'grant', value: grant.id }),
      stepButton('end', 'danger', text.end, unseen(grant.client, patient?.name)),
    ),
  );
}

/** Several buttons say the same: for those who hear them, each names what it is about. */
function unseen(...names: readonly (string | undefined)[]): Content {
  const said = names.filter((name) => name !== undefined).map(cleanText);
  return h('span', { class: 'unseen' }, ` – ${said.join(', ')}`);
}

function instant(text: string, { language }: Form): Content {
  return h('time', { datetime: text }, formatInstant(text, language));
}

function detail(item: ScopeItem): Content {
  return item.detail === undefined ? null : h('span', { class: 'detail' }, ' ', item.detail);
}
