import { describe, expect, test } from '@jest/globals';
import {
  describeScope,
  LANGUAGE_TAGS,
  pagePolicy,
  renderChoosePatient,
  renderConsent,
  renderManage,
  renderNotice,
  renderSignIn,
  STYLESHEET,
  STYLESHEET_VERSION,
} from '../../src/pages/index.ts';
import { textsIn } from '../../src/pages/texts/texts-in.ts';
import { named, readHtml } from './html.ts';
import type { Element } from './html.ts';
import { describeAll, FORM, LANGUAGES, MANAGE, renderAll, SCOPES, USUAL } from './samples.ts';
import type { Names } from './samples.ts';

const everywhere = (name: string): Names => ({
  organization: name,
  client: name,
  user: name,
  patient: name,
  other: name,
});

const HOSTILE: Readonly<Record<string, string>> = {
  markup: `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;<!--`,
  quotes: `' onmouseover='alert(1)' x="" \``,
  places: '{client} {name} {date} $& $1 ${x}',
  turned: 'Dr\u202EnarT\u2066 \u0000\u0007Mai\r\n\tII\u200F',
  long: 'W'.repeat(300),
  scheme: 'javascript:alert(1)',
  spaces: `  Anna \u2028 Tran  `,
};

const OTHER_LANGUAGES = [`${FORM.address}?lang=vi`, `${FORM.address}?lang=zh`];
const PAGES = Object.keys(renderAll('en'));
const ALL = LANGUAGES.flatMap((language) =>
  Object.entries(renderAll(language)).map(([name, html]) => ({ language, name, html, elements: readHtml(html) })),
);

const ids = (elements: readonly Element[]) => elements.flatMap(({ attributes: { id } }) => id ?? []);
/** Links but those to other languages. */
const linksOf = (html: string) => named(readHtml(html), 'a').filter(({ path }) => !path.includes('nav'));
/** Fields that a person fills in. */
const fields = (elements: readonly Element[]) =>
  named(elements, 'input').filter(({ attributes }) => attributes['type'] !== 'hidden');

describe.each(ALL)('$language $name', ({ language, html, elements }) => {
  test('is one document with its language, title, one heading of the first rank and its landmarks', () => {
    expect(html.startsWith('<!doctype html><html')).toBe(true);
    expect(named(elements, 'html')[0]?.attributes['lang']).toBe(LANGUAGE_TAGS[language]);
    expect(named(elements, 'meta')[0]?.attributes['charset']).toBe('utf-8');
    for (const once of ['title', 'h1', 'header', 'main', 'footer']) expect(named(elements, once)).toHaveLength(1);
    expect(named(elements, 'title')[0]?.text).toContain('Consilium');
    expect(named(elements, 'title')[0]?.text).toContain(named(elements, 'h1')[0]?.text);
    // A second rank is used, a third is not: none is left out.
    expect(elements.filter(({ name }) => /^h[3-6]$/.test(name))).toEqual([]);
    expect(elements.find(({ name }) => /^h\d$/.test(name))?.name).toBe('h1');
  });

  test('loads its stylesheet and nothing else, and runs nothing', () => {
    const links = named(elements, 'link').map(({ attributes }) => attributes);
    expect(links).toEqual([{ rel: 'stylesheet', href: FORM.stylesheet }]);
    expect(named(elements, 'script', 'style', 'img', 'iframe', 'object', 'base')).toEqual([]);
    const names = elements.flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => /^on|^style$|^src|^formaction$/i.test(name))).toEqual([]);
  });

  test('each field has a label, each button and link a text, each reference a target', () => {
    const labels = named(elements, 'label');
    for (const { attributes } of fields(elements)) {
      const label = labels.filter((each) => each.attributes['for'] === attributes['id']);
      expect(label.map(({ text }) => text.trim())).toEqual([expect.stringMatching(/\S/)]);
    }
    for (const { text } of named(elements, 'button', 'a', 'legend', 'summary', 'dt', 'dd', 'li'))
      expect(text).toMatch(/\S/);
    const known = ids(elements);
    expect(new Set(known).size).toBe(known.length);
    for (const { attributes } of elements)
      for (const name of ['for', 'aria-describedby', 'aria-labelledby'])
        for (const id of attributes[name]?.split(' ') ?? []) expect(known).toContain(id);
  });

  test('each form is posted to the given address with the given token', () => {
    for (const { attributes } of named(elements, 'form'))
      expect(attributes).toMatchObject({ method: 'post', action: FORM.action });
    const tokens = elements.filter(({ attributes }) => attributes['name'] === 'csrf');
    expect(tokens.map(({ attributes }) => attributes['value'])).toEqual(named(elements, 'form').map(() => FORM.csrf));
    for (const { attributes } of named(elements, 'button'))
      expect(attributes).toMatchObject({ type: 'submit', name: 'step' });
  });

  test('a problem is announced, in the title too', () => {
    const alerts = elements.filter(({ attributes }) => attributes['role'] === 'alert');
    const { problem } = textsIn(language);
    const isProblem = ids(elements).includes('problem');
    expect(named(elements, 'title')[0]?.text.startsWith(`${problem}: `)).toBe(isProblem);
    if (isProblem) expect(alerts.map(({ attributes }) => attributes['id'])).toEqual(['problem']);
  });

  test('no value is missing', () => {
    expect(html).not.toMatch(/undefined|null|NaN|\[object|Invalid Date|\{\w+\}/);
  });
});

describe.each(Object.entries(HOSTILE))('hostile values: %s', (_kind, value) => {
  const pages = renderAll('en', everywhere(value));

  test.each(PAGES)('%s keeps its structure', (name) => {
    const shape = (html: string) =>
      readHtml(html).map(({ path, attributes }) => `${path} ${Object.keys(attributes).join(' ')}`);
    expect(shape(pages[name]!)).toEqual(shape(renderAll('en', everywhere('Anna'))[name]!));
  });

  test.each(PAGES)('%s shows nothing that cannot be seen, and leads nowhere else', (name) => {
    const elements = readHtml(pages[name]!);
    expect(named(elements, 'html')[0]?.text).not.toMatch(/[\u0000-\u001F\u200E\u200F\u202A-\u202E\u2060-\u206F]/);
    for (const { attributes } of elements) {
      expect([undefined, FORM.action]).toContain(attributes['action']);
      expect([undefined, FORM.stylesheet, MANAGE, '/auth/upstream/i1', ...OTHER_LANGUAGES]).toContain(
        attributes['href'],
      );
    }
  });

  test.each(PAGES.filter((name) => !['sign-in-here', 'error', 'signed-out', 'expired'].includes(name)))(
    '%s says them',
    (name) => {
      const shown = value.replaceAll(/[\p{Cc}\u200F\u2028\u202E\u2066\s]+/gu, ' ').trim();
      expect(named(readHtml(pages[name]!), 'body')[0]?.text).toContain(shown);
    },
  );
});

describe('sign in', () => {
  const page = { ...FORM, language: 'en', organization: 'Riverside', client: 'Opinion Desk' } as const;
  const { signIn, expired } = textsIn('en');
  const problemOf = (html: string) => readHtml(html).find(({ attributes }) => attributes['id'] === 'problem')?.text;

  test('asks for a login and a password in a way that password managers understand', () => {
    const [login, password] = fields(readHtml(renderSignIn({ ...page, login: 'anna"' })));
    expect(login?.attributes).toMatchObject({
      name: 'login',
      autocomplete: 'username',
      value: 'anna"',
      spellcheck: 'false',
    });
    expect(password?.attributes).toMatchObject({
      name: 'password',
      type: 'password',
      autocomplete: 'current-password',
    });
    expect(password?.attributes).not.toHaveProperty('value');
  });

  test('the enter key signs in; who cancels need not fill in anything', () => {
    const [first, second] = named(readHtml(renderSignIn(page)), 'button');
    expect(first?.attributes['value']).toBe('sign-in');
    expect(first?.attributes).not.toHaveProperty('formnovalidate');
    expect(second?.attributes).toMatchObject({ value: 'cancel', formnovalidate: '' });
  });

  test('says what went wrong, and does not say whether the login or the password was', () => {
    expect(problemOf(renderSignIn(page))).toBeUndefined();
    expect(problemOf(renderSignIn({ ...page, problem: 'wrong' }))).toBe(signIn.wrong);
    expect(problemOf(renderSignIn({ ...page, problem: 'expired' }))).toBe(expired);
    expect(problemOf(renderSignIn({ ...page, problem: 'upstream' }))).toBe(signIn.upstreamFailed);
    expect(problemOf(renderSignIn({ ...page, problem: 'another' }))).toBe(signIn.upstreamAnother);
    const stranger = problemOf(renderSignIn({ ...page, problem: 'stranger', subject: '<4711>' }));
    expect(stranger).toBe(signIn.upstreamStranger.replace('{subject}', '<4711>'));
    expect(problemOf(renderSignIn({ ...page, problem: 'elsewhere' }))).toContain('belongs to Riverside.');
    expect(problemOf(renderSignIn({ ...page, problem: 'stranger', subject: 'a|<b>' }))).toContain(': a|<b>');
    expect(problemOf(renderSignIn({ ...page, problem: 'throttled' }))).toBe(signIn.throttled);
    const both = fields(readHtml(renderSignIn({ ...page, problem: 'wrong' })));
    for (const { attributes } of both)
      expect(attributes).toMatchObject({ 'aria-invalid': 'true', 'aria-describedby': 'problem' });
  });

  test.each(['007', '1e3', 'value', 'true', 'false', ' a  b ', 'a,b', '"<&\'`=', '&lt;&#x3C;'])(
    'a login that was typed comes back as it was: %j',
    (login) => {
      const [field] = fields(readHtml(renderSignIn({ ...page, login })));
      expect(field?.attributes['value']).toBe(login);
    },
  );

  test.each([
    ['en', 290, '5 minutes'],
    ['en', 60, '1 minute'],
    ['en', 0.2, '1 second'],
    ['en', 12, '12 seconds'],
    ['vi', 290, '5 phút'],
    ['zh', 290, '5分钟'],
  ] as const)('%s: after %d seconds, say %s', (language, retryAfterSeconds, words) => {
    const html = renderSignIn({ ...page, language, problem: 'throttled', retryAfterSeconds });
    expect(problemOf(html)).toContain(words);
  });

  test('without an application there is nothing to go back to', () => {
    const html = renderSignIn({ ...FORM, language: 'en' });
    expect(named(readHtml(html), 'button').map(({ attributes }) => attributes['value'])).toEqual(['sign-in']);
    expect(html).toContain(signIn.purposeHere);
    expect(named(readHtml(html), 'title')[0]?.text).toBe('Sign in · Consilium');
  });

  test("the organisation's own sign-in is a link, where there is one", () => {
    expect(linksOf(renderSignIn(page))).toEqual([]);
    const upstream = { name: 'Riverside ID', href: '/auth/upstream?a=1&b="2"' };
    const [link] = linksOf(renderSignIn({ ...page, upstream }));
    expect(link).toMatchObject({ attributes: { href: upstream.href }, text: 'Sign in with Riverside ID' });
  });
});

describe('choose a patient', () => {
  const page = { ...FORM, language: 'en', organization: 'R', client: 'C', user: 'U', more: false } as const;

  test('tells two people of one name apart and chooses nobody beforehand', () => {
    const patients = [
      { id: 'a', name: 'Mai Tran', birthDate: '1958-04-02', sex: 'female', identifier: '4711' },
      { id: 'b', name: 'Mai Tran', birthDate: '1991-11', sex: 'sneaky' },
      { id: 'c', name: 'Mai Tran', birthDate: 'about 1970' },
    ];
    const elements = readHtml(renderChoosePatient({ ...page, patients }));
    expect(named(elements, 'label').map(({ text }) => text)).toEqual([
      'Name, number or date of birth',
      'Mai Tran born 2 April 1958 female No. 4711',
      'Mai Tran born November 1991 sex unknown',
      'Mai Tran born about 1970',
    ]);
    const radios = fields(elements).filter(({ attributes }) => attributes['type'] === 'radio');
    expect(radios.map(({ attributes }) => attributes['value'])).toEqual(['a', 'b', 'c']);
    for (const { attributes } of radios) expect(attributes).not.toHaveProperty('checked');
  });

  test.each([
    ['vi', 'sinh 2 tháng 4, 1958'],
    ['zh', '出生日期：1958年4月2日'],
  ] as const)('%s: dates in the language', (language, born) => {
    const patients = [{ id: 'a', name: 'Mai Tran', birthDate: '1958-04-02' }];
    expect(renderChoosePatient({ ...page, language, patients })).toContain(born.slice(0, 5));
    const [, label] = named(readHtml(renderChoosePatient({ ...page, language, patients })), 'label');
    expect(label?.text).toBe(`Mai Tran ${born}`);
  });

  test('who is not the one that is signed in has a way out that checks nothing', () => {
    const elements = readHtml(renderChoosePatient({ ...page, patients: [{ id: 'a', name: 'Mai Tran' }] }));
    const steps = named(elements, 'button').map(({ attributes }) => attributes['value']);
    expect(steps).toEqual(['switch-user', 'search', 'choose', 'cancel']);
    // A form of its own: what another form requires is not asked for.
    expect(named(elements, 'form').map(({ text }) => text)[0]).toBe(textsIn('en').switchUser);
  });

  test('says when there are more, when nobody was found, and when there is nobody', () => {
    const { choosePatient } = textsIn('en');
    const patients = [{ id: 'a', name: 'Mai Tran' }];
    expect(renderChoosePatient({ ...page, patients })).not.toContain(choosePatient.more);
    expect(renderChoosePatient({ ...page, patients, more: true })).toContain(choosePatient.more);
    const none = named(readHtml(renderChoosePatient({ ...page, patients: [], query: 'Mai' })), 'main')[0];
    expect(none?.text).toContain('No patient was found for “Mai”.');
    expect(renderChoosePatient({ ...page, patients: [] })).toContain(choosePatient.noneAtAll);
  });
});

describe('consent', () => {
  const page = {
    ...FORM,
    language: 'en',
    organization: 'Riverside',
    client: 'Opinion Desk',
    user: 'Dr Anna',
    returnsTo: 'app.example',
    manage: MANAGE,
    scopes: describeAll('en', 'Mrs Tran'),
    offline: 'offline',
  } as const;
  const boxes = (html: string) => fields(readHtml(html)).map(({ attributes }) => attributes['value']);

  test('each scope has its box, ticked; those that sign-in needs are said without', () => {
    const html = renderConsent(page);
    const locked = ['openid', 'launch'];
    expect(boxes(html).sort()).toEqual(SCOPES.filter((text) => !locked.includes(text)).sort());
    for (const { attributes } of fields(readHtml(html)))
      expect(attributes).toMatchObject({ type: 'checkbox', name: 'scope', checked: '' });
    for (const text of locked) expect(html).toContain(describeScope(text, { language: 'en' }).sentence);
  });

  test('every sentence, detail and caution is there and is read with its box', () => {
    const elements = readHtml(renderConsent(page));
    const byId = new Map(elements.map((element) => [element.attributes['id'], element]));
    for (const { text, sentence, detail, partOf, caution } of page.scopes.filter(({ locked }) => !locked)) {
      const box = fields(elements).find(({ attributes }) => attributes['value'] === text);
      const label = named(elements, 'label').find(({ attributes }) => attributes['for'] === box?.attributes['id']);
      expect(label?.text).toBe(sentence);
      const notes = (box?.attributes['aria-describedby'] ?? '').split(' ').map((id) => byId.get(id)?.text);
      expect(notes.filter((note) => note !== undefined)).toEqual(
        [detail, partOf, caution].filter((note) => note !== undefined),
      );
    }
  });

  test('the gravest is apart from the rest', () => {
    const legends = named(readHtml(renderConsent(page)), 'legend').map(({ text }) => text);
    const { groups } = textsIn('en');
    expect(legends).toEqual([groups.read, groups.write, groups.delete, groups.identity, groups.offline]);
    const [weight] = named(readHtml(renderConsent(page)), 'fieldset').filter(({ text }) =>
      text.startsWith(groups.delete),
    );
    expect(weight?.attributes['class']).toBe('delete');
  });

  test('says who, about whom, and where the way leads', () => {
    const patient = { name: 'Mrs Tran', birthDate: '1958-04-02', identifier: '4711' };
    const known = renderConsent({ ...page, patient, case: { number: 'SO-1' } });
    expect(named(readHtml(known), 'dd').map(({ text }) => text)).toEqual([
      'Dr Anna',
      'Mrs Tran born 2 April 1958 No. 4711',
      'SO-1',
      'app.example',
    ]);
    expect(known).toContain('is not limited to one case');
    expect(named(readHtml(renderConsent(page)), 'dd').map(({ text }) => text)).toEqual(['Dr Anna', 'app.example']);
  });

  test.each([
    ['vi', 'Trần Thị Mai sinh 2 tháng 4, 1958 Mã số 4711'],
    ['zh', 'Trần Thị Mai 出生日期：1958年4月2日 编号：4711'],
  ] as const)('%s: names the patient with more than the name', (language, words) => {
    const patient = { name: 'Trần Thị Mai', birthDate: '1958-04-02', identifier: '4711' };
    const told = named(readHtml(renderConsent({ ...page, language, patient })), 'dd').map(({ text }) => text);
    expect(told).toContain(words);
  });

  test('leads to the page where access is ended, by its title', () => {
    const [link, ...others] = linksOf(renderConsent(page));
    expect(link).toMatchObject({ attributes: { href: MANAGE }, text: textsIn('en').manage.title });
    expect(others).toEqual([]);
  });

  test('access that ends by itself is said so', () => {
    const { ends } = textsIn('en').consent;
    expect(renderConsent(page)).not.toContain(ends);
    expect(renderConsent({ ...page, offline: 'online' })).not.toContain(ends);
    expect(renderConsent({ ...page, offline: undefined })).toContain(ends);
  });

  test('with nothing to untick there is still a decision', () => {
    const html = renderConsent({ ...page, scopes: [describeScope('openid', { language: 'en' })] });
    expect(boxes(html)).toEqual([]);
    expect(named(readHtml(html), 'button').map(({ attributes }) => attributes['value'])).toEqual([
      'switch-user',
      'consent',
      'cancel',
    ]);
  });
});

describe('manage', () => {
  const page = { ...FORM, language: 'en', organization: 'Riverside', user: 'Dr Anna' } as const;
  const grant = {
    id: 'g1',
    app: 'desk',
    client: 'Opinion Desk',
    scopes: describeAll('en'),
    since: '2026-11-03T08:15:00Z',
    offline: true,
  };

  test('what one application was allowed stands together; each grant is ended by itself, or all at once', () => {
    const grants = [
      { ...grant, patient: { name: 'Mrs Tran' } },
      { ...grant, id: 'g2', app: 'chart', client: 'Chart View' },
      { ...grant, id: 'g3' },
    ];
    const elements = readHtml(renderManage({ ...page, grants }));
    const hidden = named(elements, 'input').flatMap(({ attributes: { name, value } }) =>
      name === 'csrf' ? [] : [`${name} ${value}`],
    );
    expect(hidden).toEqual(['grant g1', 'grant g3', 'app desk', 'grant g2', 'app chart']);
    expect(named(elements, 'h2').map(({ text }) => text)).toEqual(['Opinion Desk', 'Chart View']);
    expect(named(elements, 'button').map(({ text, attributes }) => `${attributes['value']}: ${text}`)).toEqual([
      'sign-out: Sign out',
      'end: End access – Opinion Desk, Mrs Tran',
      'end: End access – Opinion Desk',
      'end-all: End all access of this application – Opinion Desk',
      'end: End access – Chart View',
      'end-all: End all access of this application – Chart View',
      'sign-out: Sign out',
    ]);
  });

  test('two applications of one name stay two', () => {
    const grants = [grant, { ...grant, id: 'g2', app: 'another' }];
    expect(named(readHtml(renderManage({ ...page, grants })), 'h2')).toHaveLength(2);
  });

  test('says since when, when last, and what', () => {
    const html = renderManage({
      ...page,
      grants: [
        {
          ...grant,
          patient: { name: 'Mrs Tran', birthDate: '1958-04', identifier: 'X 1' },
          lastUsed: '2026-11-21T23:59:59.9+01:00',
        },
      ],
    });
    const elements = readHtml(html);
    expect(named(elements, 'dd').map(({ text }) => text)).toEqual([
      'Dr Anna',
      'Mrs Tran born April 1958 No. X 1',
      '3 November 2026, 08:15 UTC',
      '21 November 2026, 22:59 UTC',
    ]);
    for (const { sentence } of grant.scopes) expect(named(elements, 'details')[0]?.text).toContain(sentence);
    expect(html).toContain(textsIn('en').manage.offline);
    expect(renderManage({ ...page, grants: [{ ...grant, offline: false }] })).not.toContain(
      textsIn('en').manage.offline,
    );
    expect(renderManage({ ...page, grants: [grant] })).toContain(textsIn('en').manage.neverUsed);
  });

  test('says that an access was ended, and when there is none', () => {
    const { ended, endedAll, none } = textsIn('en').manage;
    expect(renderManage({ ...page, grants: [grant], done: 'ended-all' })).toContain(endedAll);
    const html = renderManage({ ...page, grants: [], done: 'ended' });
    const status = readHtml(html).find(({ attributes }) => attributes['role'] === 'status');
    expect(status?.text).toBe(ended);
    expect(html).toContain(none);
    expect(renderManage({ ...page, grants: [] })).not.toContain(ended);
  });
});

describe('a notice', () => {
  const page = { language: 'en', stylesheet: FORM.stylesheet } as const;

  test.each(['error', 'signed-out', 'expired', 'cancelled'] as const)(
    '%s says what happened and what to do',
    (kind) => {
      const { title, text } = textsIn('en').notices[kind];
      const html = renderNotice({ ...page, kind });
      expect(named(readHtml(html), 'h1')[0]?.text).toBe(title);
      expect(html).toContain(text);
      expect(html).not.toContain(textsIn('en').reference);
    },
  );

  test('has a reference for support, and words of its own where they are given', () => {
    const html = renderNotice({ ...page, kind: 'error', reference: 'r-1', title: 'Not <now>', text: 'Come "back"' });
    const elements = readHtml(html);
    expect(named(elements, 'code')[0]?.text).toBe('r-1');
    expect(named(elements, 'h1')[0]?.text).toBe('Not <now>');
    expect(named(elements, 'main')[0]?.text).toContain('Come "back"');
  });
});

describe('the languages of a page', () => {
  const linked = (html: string) =>
    named(readHtml(html), 'a')
      .filter(({ path }) => path.includes('footer>nav'))
      .map(({ attributes, text }) => [attributes['href'], attributes['lang'], text]);

  test('lead to the same page in the others, each by its own name', () => {
    const page = { ...FORM, client: 'C', organization: 'R' };
    const english = [`${FORM.address}?lang=en`, 'en', 'English'];
    const vietnamese = [`${FORM.address}?lang=vi`, 'vi', 'Tiếng Việt'];
    const chinese = [`${FORM.address}?lang=zh`, 'zh-Hans', '中文'];
    expect(linked(renderSignIn({ ...page, language: 'en' }))).toEqual([vietnamese, chinese]);
    expect(linked(renderSignIn({ ...page, language: 'vi' }))).toEqual([english, chinese]);
    expect(linked(renderSignIn({ ...page, language: 'zh' }))).toEqual([english, vietnamese]);
  });

  test('are none where the page cannot be had once more', () => {
    const { stylesheet } = FORM;
    expect(linked(renderNotice({ language: 'en', stylesheet, kind: 'error' }))).toEqual([]);
  });
});

describe('the names of the samples', () => {
  test.each(LANGUAGES)('%s: the organisation stands on every page of a person', (language) => {
    for (const [name, html] of Object.entries(renderAll(language))) {
      if (['sign-in-here', 'error', 'signed-out', 'expired', 'cancelled'].includes(name)) continue;
      expect(named(readHtml(html), 'header')[0]?.text).toContain(USUAL[language].organization);
    }
  });
});

describe('what a page may do', () => {
  const sources = (address?: string) => /form-action ([^;]*);/.exec(pagePolicy(address))?.[1];

  test('no scripts, no frames, nothing from elsewhere', () => {
    expect(pagePolicy()).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
  });

  test.each([
    ['https://app.example/cb?x=1;script-src *', "'self' https://app.example"],
    ['http://127.0.0.1:8080/cb', "'self' http://127.0.0.1:8080"],
    ['com.example.app:/cb', "'self' com.example.app:"],
    ['not an address', "'self'"],
  ])('its forms lead here and to %s', (address, expected) => {
    expect(sources(address)).toBe(expected);
  });
});

describe('the stylesheet', () => {
  test('loads nothing, and its version changes with it', () => {
    expect(STYLESHEET).not.toMatch(/@import|url\(|expression|javascript:/i);
    expect(STYLESHEET_VERSION).toMatch(/^[0-9a-f]{16}$/);
    expect(STYLESHEET.split('{').length).toBe(STYLESHEET.split('}').length);
  });

  test('every colour that is used is named, for the light and for the dark', () => {
    const used = new Set([...STYLESHEET.matchAll(/var\((--[a-z-]+)\)/g)].map(([, name]) => name));
    const [light = '', dark = ''] = STYLESHEET.split('@media (prefers-color-scheme: dark)');
    for (const name of used) {
      expect(light).toContain(`${name}: #`);
      expect(dark).toContain(`${name}: #`);
    }
  });
});
