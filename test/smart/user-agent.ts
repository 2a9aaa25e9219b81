import { hash, randomBytes } from 'node:crypto';

/** A page or a redirect, as a person's browser gets it. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
  /** Where a redirect leads that leaves the server. */
  readonly left?: URL;
}

/** A browser without scripts: cookies, redirects, forms. It follows redirects as long as they stay on the server. */
export class UserAgent {
  readonly #origin: string;
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return await this.#go('GET', url, undefined, headers);
  }

  async post(
    url: string,
    form: URLSearchParams | Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    return await this.#go('POST', url, new URLSearchParams(form), headers);
  }

  /** Sends the form of a page: its hidden fields, ticked boxes and `fields`, by the button `step`. */
  async submit(page: Page, step: string, fields: Readonly<Record<string, string>> = {}, untick: string[] = []) {
    const form = new URLSearchParams();
    for (const [name, value] of fieldsOf(page)) if (!untick.includes(value)) form.append(name, value);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('step', step);
    const action = /<form\b[^>]*\saction="([^"]*)"/.exec(page.text)?.[1];
    return await this.post(action === undefined ? page.url : decodeEntities(action), form);
  }

  cookies(): readonly string[] {
    return [...this.#cookies.keys()];
  }

  /** A copy, as somebody who stole the cookies has it. */
  clone(): UserAgent {
    const other = new UserAgent(this.#origin);
    for (const [name, cookie] of this.#cookies) other.#cookies.set(name, cookie);
    return other;
  }

  async #go(
    method: string,
    url: string,
    body: URLSearchParams | undefined,
    headers: Readonly<Record<string, string>>,
    hops = 0,
  ): Promise<Page> {
    const target = new URL(url, this.#origin);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => target.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const answer = await fetch(target, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    const text = await answer.text();
    const location = answer.headers.get('location');
    const page = { status: answer.status, url: target.href, headers: answer.headers, text };
    if (location === null || answer.status < 300 || answer.status > 399) return page;
    const next = new URL(location, target);
    if (next.origin !== this.#origin) return { ...page, left: next };
    if (hops > 10) throw new Error('the server sends its browser in circles');
    return await this.#go('GET', next.href, undefined, {}, hops + 1);
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
    if (value === '' || attributes.some((part) => /^expires=thu, 01 jan 1970/i.test(part))) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}

/** Names and values that a page's form sends when nobody changes anything. */
export function fieldsOf({ text }: Page): [string, string][] {
  return [...text.matchAll(/<input\b[^>]*>/g)].flatMap(([tag]) => {
    const attribute = (name: string): string | undefined => {
      const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
      return found === undefined ? undefined : decodeEntities(found);
    };
    const name = attribute('name');
    const isBox = /\stype="?(checkbox|radio)/.test(tag);
    if (name === undefined || (isBox && !/\schecked\b/.test(tag))) return [];
    return [[name, attribute('value') ?? '']];
  });
}

/** The values that a form offers under a name. */
export function choicesOf({ text }: Page, name: string): string[] {
  return [...text.matchAll(/<input\b[^>]*>/g)]
    .filter(([tag]) => tag.includes(` name="${name}"`))
    .map(([tag]) => decodeEntities(/\svalue="([^"]*)"/.exec(tag)?.[1] ?? ''));
}

function decodeEntities(text: string): string {
  return text
    .replace(/&quot;|&#34;|&#x22;/gi, '"')
    .replace(/&#39;|&#x27;|&apos;/gi, "'")
    .replace(/&lt;|&#x3C;/gi, '<')
    .replace(/&gt;|&#x3E;/gi, '>')
    .replace(/&amp;|&#38;|&#x26;/gi, '&');
}

/** A verifier and its challenge. https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
export function makePkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: hash('sha256', verifier, 'base64url') };
}
