import { h } from 'hastscript';
import { formatInstant } from './dates.ts';
import type { ScopeItem } from './describe-scope.ts';
import { cleanText } from './display-text.ts';
import { renderDocument } from './document.ts';
import type { Form } from './document.ts';
import type { Content } from './elements.ts';
import { facts, postForm, problemBox, stepButton, value } from './elements.ts';
import type { Texts } from './texts/texts.ts';
import { textsIn } from './texts/texts-in.ts';

export interface GivenAccess {
  readonly id: string;
  readonly client: string;
  readonly patient?: string;
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
  readonly grants: readonly GivenAccess[];
  readonly done?: 'ended';
  readonly problem?: 'expired';
}

/** Where a person sees and ends what they allowed. Sends `grant` (an id) with step `end`, or step `sign-out`. */
export function renderManage(page: ManagePage): string {
  const texts = textsIn(page.language);
  const text = texts.manage;
  return renderDocument(
    page,
    { title: text.title, organization: page.organization, isProblem: page.problem !== undefined, wide: true },
    h('h1', null, text.title),
    page.grants.length === 0 ? null : h('p', { class: 'lede' }, text.purpose),
    problemBox(page.problem && texts.expired),
    page.done === undefined ? null : h('p', { class: 'notice done', role: 'status' }, text.ended),
    facts([texts.consent.signedInAs, value(page.user)]),
    page.grants.length === 0
      ? h('div', { class: 'empty' }, h('p', { class: 'said' }, text.none), h('p', { class: 'hint' }, text.noneHint))
      : h('ul', { class: 'cards' }, ...page.grants.map((grant, index) => card(grant, index, page, texts))),
    postForm(page, { class: 'leave' }, stepButton('sign-out', 'secondary', text.signOut)),
  );
}

function card(grant: GivenAccess, index: number, page: ManagePage, texts: Texts): Content {
  const text = texts.manage;
  const heading = `grant-${index}`;
  return h(
    'li',
    { class: 'card', 'aria-labelledby': heading },
    h('h2', { id: heading }, value(grant.client)),
    grant.offline ? h('p', { class: 'tag' }, text.offline) : null,
    facts(
      [text.patient, grant.patient === undefined ? undefined : value(grant.patient)],
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
      // Several buttons say the same: for those who hear them, each names its application.
      stepButton('end', 'danger', text.end, h('span', { class: 'unseen' }, ` – ${cleanText(grant.client)}`)),
    ),
  );
}

function instant(text: string, { language }: Form): Content {
  return h('time', { datetime: text }, formatInstant(text, language));
}

function detail(item: ScopeItem): Content {
  return item.detail === undefined ? null : h('span', { class: 'detail' }, ' ', item.detail);
}
