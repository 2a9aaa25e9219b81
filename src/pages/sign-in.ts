import { h } from 'hastscript';
import type { Properties } from 'hastscript';
import { formatWait } from './dates.ts';
import { renderDocument } from './document.ts';
import type { Form } from './document.ts';
import type { Content } from './elements.ts';
import { postForm, PROBLEM_ID, problemBox, sentence, stepButton } from './elements.ts';
import { fill } from './fill.ts';
import type { Texts } from './texts/texts.ts';
import { textsIn } from './texts/texts-in.ts';

export interface SignInPage extends Form {
  /** Left out where anybody's people may sign in. */
  readonly organization?: string;
  /** Left out where a person signs in to what they have allowed; then there is no application to go back to. */
  readonly client?: string;
  /** The user name as it was given before. */
  readonly login?: string;
  /**
   * `stranger`: the organisation's sign-in knows somebody who is no user here; `another`: it is not who was expected;
   * `elsewhere`: somebody of another organisation.
   */
  readonly problem?: 'wrong' | 'throttled' | 'expired' | 'upstream' | 'stranger' | 'another' | 'elsewhere';
  /** Who a stranger is at the organisation's own sign-in. */
  readonly subject?: string;
  /** How long a throttled person has to wait. */
  readonly retryAfterSeconds?: number;
  /** The organisation's own sign-in, offered besides. */
  readonly upstream?: { readonly name: string; readonly href: string };
}

/** Where a person says who they are. Sends `login`, `password`; step `sign-in` or `cancel`. */
export function renderSignIn(page: SignInPage): string {
  const texts = textsIn(page.language);
  const { signIn } = texts;
  const { client } = page;
  return renderDocument(
    page,
    { title: signIn.title, organization: page.organization, isProblem: page.problem !== undefined },
    h('h1', null, signIn.title),
    h('p', { class: 'lede' }, client === undefined ? signIn.purposeHere : sentence(signIn.purpose, { client })),
    problemBox(problemText(page, texts)),
    signInForm(page, texts),
    page.upstream && otherwise(page.upstream, signIn),
    h('p', { class: 'hint care' }, client === undefined ? signIn.careHere : sentence(signIn.care, { client })),
  );
}

function signInForm(page: SignInPage, { signIn, cancel }: Texts): Content {
  return postForm(
    page,
    {},
    field('login', signIn.login, page, {
      type: 'text',
      autocomplete: 'username',
      value: page.login ?? '',
      autocapitalize: 'none',
      autocorrect: 'off',
      spellcheck: 'false',
      // What is typed may be of either direction, whatever the page's language.
      dir: 'auto',
    }),
    field('password', signIn.password, page, { type: 'password', autocomplete: 'current-password' }),
    h(
      'div',
      { class: 'actions' },
      stepButton('sign-in', 'primary', signIn.submit),
      page.client === undefined ? null : stepButton('cancel', 'secondary', cancel),
    ),
  );
}

function otherwise({ name, href }: { name: string; href: string }, { or, upstream }: Texts['signIn']): Content {
  return h(
    'div',
    { class: 'otherwise' },
    h('p', { class: 'or' }, or),
    h('a', { class: 'button secondary', href }, sentence(upstream, { name })),
  );
}

function field(name: string, label: string, page: SignInPage, attributes: Properties): Content {
  const wrong = page.problem === 'wrong' ? { 'aria-invalid': 'true', 'aria-describedby': PROBLEM_ID } : {};
  return h(
    'div',
    { class: 'field' },
    h('label', { for: name }, label),
    h('input', { id: name, name, required: true, ...attributes, ...wrong }),
  );
}

function problemText(
  { problem, retryAfterSeconds, subject = '', organization = '', language }: SignInPage,
  { signIn, expired }: Texts,
): Content {
  if (problem === undefined) return undefined;
  if (problem === 'expired') return expired;
  if (problem === 'upstream') return signIn.upstreamFailed;
  if (problem === 'stranger') return sentence(signIn.upstreamStranger, { subject });
  if (problem === 'another') return signIn.upstreamAnother;
  if (problem === 'elsewhere') return sentence(signIn.elsewhere, { organization });
  if (problem === 'wrong') return signIn.wrong;
  if (retryAfterSeconds === undefined) return signIn.throttled;
  return fill(signIn.throttledFor, { wait: formatWait(retryAfterSeconds, language) });
}
