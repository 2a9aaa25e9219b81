import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_RULES, parseRules, readRules, SERVICES } from '../../../src/cases/index.ts';
import type { ProgrammeRules } from '../../../src/cases/index.ts';
import { readFileOf, rulesOf, terminology } from './files.ts';

type Node = Record<string, unknown>;

/** Sets or, with undefined, removes what stands at a place such as `services[2].turnaround.unit`. */
function setAt(file: Node, place: string, value: unknown): void {
  const path = place.split(/[.[\]]+/).filter((step) => step !== '');
  let part = file;
  for (const step of path.slice(0, -1)) part = part[step] as Node;
  part[path.at(-1)!] = value;
}

/** Place and text of each mistake that a file has after some changes to it, by places. */
function mistakesAfter(changes: Readonly<Record<string, unknown>>): [string | undefined, string][] {
  const file = JSON.parse(readFileOf('cancer-centre')) as Node;
  for (const [place, value] of Object.entries(changes)) setAt(file, place, value);
  const parsed = parseRules(JSON.stringify(file), terminology);
  return Array.isArray(parsed) ? parsed.map(({ expression, text }) => [expression, text]) : [];
}

const SMALLEST = {
  programme: 'institute-south',
  title: 'Institute South',
  calendar: { timeZone: 'Europe/Berlin' },
  services: [{ code: 'single-specialist-opinion' }],
};

function parseSmallest(more: object = {}): ProgrammeRules {
  const rules = parseRules(JSON.stringify({ ...SMALLEST, ...more }), terminology);
  if (Array.isArray(rules)) throw new Error(JSON.stringify(rules));
  return rules;
}

describe('what is left out', () => {
  test('is as where no rules were given', () => {
    const { services, calendar, ...rest } = parseSmallest();
    const { services: _services, calendar: _calendar, ...none } = NO_RULES;
    expect(rest).toEqual({ ...none, programme: 'institute-south', title: 'Institute South' });
    expect(calendar).toEqual({ ...NO_RULES.calendar, timeZone: 'Europe/Berlin' });
    expect(services).toEqual([
      {
        code: 'single-specialist-opinion',
        title: 'Written opinion of a single specialist',
        alone: true,
        addOnTo: [],
        afterReport: false,
        team: false,
        reviewers: 0,
        specialties: [],
      },
    ]);
  });

  test('of a service is as the catalogue has it', () => {
    const addOnTo = ['single-specialist-opinion'];
    const services = SERVICES.map(({ code, alone }) => ({ code, ...(alone ? {} : { addOnTo }) }));
    const parsed = parseSmallest({ services }).services;
    expect(parsed.map(({ code, title, alone }) => [code, title, alone])).toEqual(
      SERVICES.map(({ code, display, alone }) => [code, display, alone]),
    );
  });

  test('refuses emergencies all the same', () => {
    const caution = { code: 'surgery-candidate', action: 'advise' };
    expect(parseSmallest({ exclusions: [caution] }).exclusions).toEqual([
      ...NO_RULES.exclusions,
      { ...caution, override: 'nobody' },
    ]);
  });
});

test('rules that were kept are read as they were', () => {
  const rules = rulesOf('clinic-network');
  expect(readRules(JSON.stringify(rules))).toEqual(rules);
});

test('rules of an earlier release are filled in, and what a later one dropped is no mistake', () => {
  const { followUp: _followUp, video: _video, exclusions: _exclusions, ...kept } = parseSmallest();
  const { minutes: _minutes, ...video } = NO_RULES.video;
  const read = readRules(JSON.stringify({ ...kept, video, dropped: true }));
  expect(read).toMatchObject({ ...kept, followUp: [], video: NO_RULES.video, exclusions: NO_RULES.exclusions });
});

describe('a text that is no JSON is told with line and column', () => {
  test.each([
    ['', 'The file is empty. Begin with'],
    ['  \n', 'The file is empty. Begin with'],
    ['{\n  "programme": x }', 'The file is not well-formed JSON (line 2, column 16).'],
    ['{\n  "title": "a"\n  "programme": "b" }', '(line 3, column 3)'],
    ['{ "title": "a", }', '(line 1, column 17)'],
    ['{ "title": "a"', '(line 1, column 15). It ends too early: the end of the file is missing.'],
    ['{ "title": "a" } ]', 'Nothing may follow the last bracket'],
    ['{ "title" = "a" }', 'Mend it and check the file again.'],
    [
      '{ "calendar": { "timeZone": "UTC", "timeZone": "UTC" } }',
      'An object in the file has the same member name twice',
    ],
    ['\ufeff{}', 'begins with a byte order mark'],
  ])('%j', (text, said) => {
    expect(parseRules(text, terminology)).toEqual([
      expect.objectContaining({ severity: 'error', text: expect.stringContaining(said) }),
    ]);
  });

  test.each(['[]', 'null', '7', '"text"'])('%s is no object', (text) => {
    expect(parseRules(text, terminology)).toEqual([
      {
        severity: 'error',
        code: 'value',
        key: 'programme-rules',
        text: `This has to be an object, { … }, not ${text}.`,
      },
    ]);
  });
});

describe('a mistake is told with its place and how to mend it', () => {
  test('none in the file that is changed below', () => {
    expect(mistakesAfter({})).toEqual([]);
  });

  test.each<[place: string, value: unknown, said: string, at?: string]>([
    ['programme', undefined, 'This is missing. Add it.'],
    ['programme', 'a b', 'letters, digits, points, hyphens'],
    ['programme', 'a'.repeat(65), '64 at most'],
    ['title', '', 'This is empty.'],
    ['title', 7, 'a text in quotation marks, not 7'],
    ['title', 'a\nb', 'one line without control characters'],
    ['title', 'a ', 'Remove the blanks'],
    ['title', 'a'.repeat(201), '200 characters at most'],
    ['titel', 'a', 'There is no such member. Did you mean title?'],
    ['video.zzzz', 1, 'The members here are minutes, localDoctor, summary.'],
    ['calendar', undefined, 'It has the members timeZone, workingDays, holidays.'],
    ['calendar.timeZone', 'America/New_Yrok', 'Did you mean America/New_York'],
    ['calendar.timeZone', 'Asia/Beijing', 'Did you mean Asia/Shanghai?'],
    ['calendar.timeZone', 'Asia/Ha Noi', 'Did you mean Asia/Ho_Chi_Minh?'],
    ['calendar.timeZone', 'America/san francisco', 'Did you mean America/Los_Angeles?'],
    ['calendar.timeZone', '+07:00', 'There is no time zone "+07:00"'],
    ['calendar.workingDays[5]', 8, '7 or less, not 8'],
    ['calendar.workingDays[5]', 1, '1 stands in the list already, at [0].'],
    ['calendar.workingDays', [], '1 or more'],
    ['calendar.holidays[1]', '2026-02-30', '"2026-02-30" is no date of the calendar.'],
    ['calendar.holidays[1]', '1.1.2026', 'Write it as 2027-01-31.'],
    ['calendar.holidays[1]', '0206-01-01', 'is not from 2000 to 2199'],
    ['calendar.holidays[23]', '2026-01-01', 'at [0]'],
    ['services', [], '1 or more'],
    ['services', {}, 'This has to be a list, [ … ], not {}.'],
    ['services[1].code', undefined, 'Give one of single-specialist-opinion,'],
    ['services[1].code', 'patology-review', 'Did you mean pathology-review'],
    ['services[5]', { code: 'radiology-review' }, '"radiology-review" stands in the list already, at [2].'],
    ['services[2].turnaround.amount', 0, '1 or more, not 0'],
    ['services[2].turnaround.amount', 1.5, 'a whole number, not 1.5'],
    ['services[2].turnaround.amount', '2', 'a number without quotation marks, not "2"'],
    ['services[2].turnaround.amount', 1e6, '1000 or less'],
    ['services[2].turnaround.amount', 1e300, 'a smaller number'],
    ['services[2].turnaround.unit', 'bussiness-days', 'Did you mean business-days?'],
    ['services[2].turnaround.from', undefined, 'Give one of submission, complete.'],
    ['services[0].turnaround.least', 5, 'At least 5 has to be less than the amount, which is 4.'],
    ['services[0].price', { low: 1, high: 2 }, 'This is missing. Add it.', 'services[0].price.currency'],
    [
      'services[0].price',
      { currency: 'UDS', low: 1, high: 2 },
      'There is no currency "UDS". Did you mean',
      'services[0].price.currency',
    ],
    [
      'services[0].price',
      { currency: 'USD', low: 3, high: 2 },
      'The price begins at 3 and ends at 2.',
      'services[0].price.low',
    ],
    ['services[0].price', { currency: 'USD', low: -1, high: 2 }, '0 or more, not -1', 'services[0].price.low'],
    [
      'services[0].price',
      { currency: 'USD', low: 1.005, high: 2 },
      '2 digits after the point',
      'services[0].price.low',
    ],
    ['services[0].alone', 'yes', 'true or false, not "yes"'],
    ['services[2].team', true, 'A team has 2 reviewers or more, not 1.', 'services[2].reviewers'],
    ['services[4].addOnTo', [], 'Name their codes here.'],
    ['services[4].addOnTo[1]', 'single-specialist-opinion', 'The programme does not offer single-specialist-opinion.'],
    ['services[3].addOnTo[0]', 'video-consultation', 'A service is no add-on to itself.'],
    ['services[3].addOnTo[0]', 'integrative-medicine-consultation', 'is an add-on itself'],
    ['services[4].alone', true, 'integrative-medicine-consultation is an add-on in every programme.'],
    ['services[0].afterReport', true, 'Only an add-on comes after a report.'],
    ['specialties[0]', '394592005', 'Did you mean 394592004 (Clinical oncology)'],
    ['specialties[15]', 'Cardiology', 'a code of SNOMED CT, which has digits alone'],
    ['services[2].specialties[1]', '394579002', 'The programme does not have Cardiology. Add 394579002 to specialties'],
    ['packet[3].item', 'pathology', 'Did you mean pathology-report, pathology-slides?'],
    ['packet[3].level', 'mandatory', 'one of required, advised'],
    ['packet[14]', { item: 'questions', level: 'advised' }, '"questions" stands in the list already, at [1].'],
    ['packet[3].services[0]', 'multidisciplinary-opinion', 'Add it to services, or remove it here.'],
    ['packet[3].services', [], 'leave out the member'],
    ['packet[3].specialties', ['394579002'], 'The programme does not have Cardiology.', 'packet[3].specialties[0]'],
    ['exclusions[1].code', 'surgery', 'Did you mean surgery-candidate?'],
    ['exclusions[2]', { code: 'emergency', action: 'refuse' }, '"emergency" stands in the list already'],
    ['exclusions[0].action', 'caution', 'An emergency is refused in every programme.'],
    ['exclusions[0].override', 'placer', 'Nobody overrides the refusal of an emergency.'],
    ['exclusions[1].action', 'refuse', 'Write "caution" or "advise".'],
    [
      'exclusions[1]',
      { code: 'inpatient', action: 'caution', override: 'placer' },
      'Only a refusal can be overridden',
      'exclusions[1].override',
    ],
    [
      'exclusions[1]',
      { code: 'recent-treatment', action: 'refuse' },
      '"amount": 28, "unit": "days"',
      'exclusions[1].within',
    ],
    ['exclusions[0].within', { amount: 1, unit: 'days' }, 'This belongs to recent-treatment, not to emergency.'],
    [
      'exclusions[1]',
      { code: 'low-yield-specialty', action: 'caution' },
      'Say which specialties these are',
      'exclusions[1].specialties',
    ],
    ['exclusions[0].specialties', ['394914008'], 'This belongs to low-yield-specialty'],
    ['exclusions[0].conditions', [{ system: 'icd-10', codes: 'I60' }], 'This belongs to low-yield-specialty'],
    ['languages.read[1]', 'xx', 'There is no language "xx".'],
    ['languages.report', 'English!', 'a language tag such as en'],
    ['languages.report', 'de', 'Reviewers write de, and do not read it.'],
    ['languages.translatedBy', 'nobody', 'one of programme, home'],
    ['confirmation.required', undefined, 'This is missing.'],
    ['payment.coveredBy[0]', 'insurers', 'Did you mean insurer?'],
    [
      'payment',
      { when: 'none', coveredBy: ['insurer'] },
      'Nothing is paid or covered when payment is "none".',
      'payment.coveredBy',
    ],
    [
      'payment',
      { when: 'none', expires: { amount: 1, unit: 'days' } },
      'Nothing is paid or covered',
      'payment.expires',
    ],
    ['information.remind[1]', { amount: 2, unit: 'days' }, '2 days comes after 3 business days in the list.'],
    [
      'information.expires',
      { amount: 10, unit: 'business-days' },
      'has expired by then (10 business days)',
      'information.remind[1]',
    ],
    ['clock.pausedBy[3]', 'programme', 'one of home, payer, courier'],
    ['clock.warn', { amount: 2, unit: 'weeks' }, 'before the work on radiology-review begins, which takes 2 weeks'],
    [
      'routing',
      { conditions: [{ system: 'icd-10', codes: 'breast', specialty: '394592004' }] },
      'no code or range of ICD-10',
      'routing.conditions[0].codes',
    ],
    [
      'routing',
      { conditions: [{ system: 'icd-10', codes: 'C20-C18', specialty: '394592004' }] },
      'ends before it begins',
      'routing.conditions[0].codes',
    ],
    [
      'routing',
      { conditions: [{ system: 'snomed', codes: 'C50', specialty: '394592004' }] },
      'digits alone',
      'routing.conditions[0].codes',
    ],
    [
      'routing',
      { conditions: [{ system: 'snomed', codes: '254837008', specialty: '394592004' }] },
      'its check digit is wrong',
      'routing.conditions[0].codes',
    ],
    [
      'routing',
      { conditions: [{ system: 'snomed', codes: '254837009', specialty: '394579002' }] },
      'does not have Cardiology',
      'routing.conditions[0].specialty',
    ],
    ['report', { sections: 'always' }, 'one of required, optional', 'report.sections'],
    ['report', { disclaimer: { vi: 'Chỉ là lời khuyên.' } }, 'is not given in it', 'report.disclaimer'],
    ['report', { disclaimer: { en: 'Advice.', zh: 'One\ntwo' } }, 'one line', 'report.disclaimer.zh'],
    ['report', { disclaimer: { en: 'Advice.', xq: 'Two' } }, 'no language "xq"', 'report.disclaimer.xq'],
    [
      'report',
      { disclaimer: { en: 'Advice.', 'in English': 'Two' } },
      'no language "in English"',
      'report.disclaimer.in English',
    ],
    ['video.minutes', [30], 'from and to'],
    ['video.minutes', [45, 30], 'begin at 45 and end at 30'],
    ['video.minutes[1]', 600, '240 or less'],
    ['thirdOpinion', 'sometimes', 'one of always, only-where-differs, never'],
    ['followUp[1]', { amount: 2, unit: 'weeks' }, '2 weeks comes after 30 days in the list. Order them'],
    ['followUp[2]', { amount: 90, unit: 'days' }, 'each once'],
    ['followUp', { amount: 90, unit: 'days' }, 'a list, [ … ]'],
    ['steps', ['abort', 'reviews'], 'Did you mean review?', 'steps[1]'],
  ])('%s: %j', (place, value, said, at = place) => {
    expect(mistakesAfter({ [place]: value })).toEqual([[at, expect.stringContaining(said)]]);
  });

  test('no step that something else in the file needs may be left out', () => {
    const needed = mistakesAfter({ steps: ['quote'], 'languages.translatedBy': 'programme', 'services[0].team': true });
    expect(needed.map(([place, text]) => [place, /^The step (\S+) is missing/.exec(text)?.[1]])).toEqual(
      [
        'abort',
        'information-request',
        'service-confirmation',
        'translation',
        'review',
        'mdt',
        'video-consultation',
        'follow-up',
      ].map((step) => ['steps', step]),
    );
  });

  test('no service that stands alone', () => {
    const text = JSON.stringify({
      ...SMALLEST,
      services: [{ code: 'video-consultation', alone: false, addOnTo: ['video-consultation'] }],
    });
    expect(parseRules(text, terminology)).toContainEqual(
      expect.objectContaining({ expression: 'services', text: expect.stringContaining('No service stands alone') }),
    );
  });
});

test('what is missing twice is not told as double', () => {
  const mistakes = mistakesAfter({
    'services[1].code': undefined,
    'services[2].code': undefined,
    'packet[0]': {},
    'packet[1]': {},
  });
  expect(mistakes.map(([place, text]) => `${place} ${/^This is missing/.exec(text)?.[0]}`)).toEqual([
    'services[1].code This is missing',
    'services[2].code This is missing',
    'packet[0].item This is missing',
    'packet[0].level This is missing',
    'packet[1].item This is missing',
    'packet[1].level This is missing',
  ]);
});

test('all mistakes of a file are told at once', () => {
  const mistakes = mistakesAfter({
    'services[0].turnaround.unit': 'weks',
    'services[0].price': { currency: 'USDD', low: 9, high: 1 },
    'services[0].specialties[10]': '12345678',
    'services[1].tittle': 'Pathology',
    'packet[0].item': 'conditon',
    'packet[3].services[2]': 'multidisciplinary-opinion',
    'languages.report': 'de',
    'exclusions[0].override': 'placer',
    'followUp[1]': { amount: 1, unit: 'days' },
    title: undefined,
  });
  expect(mistakes.map(([place]) => place).toSorted()).toEqual([
    'exclusions[0].override',
    'followUp[1]',
    'languages.report',
    'packet[0].item',
    'packet[3].services[2]',
    'services[0].price.currency',
    'services[0].price.low',
    'services[0].specialties[10]',
    'services[0].turnaround.unit',
    'services[1].tittle',
    'title',
  ]);
});

/** Places of all values in a JSON tree, objects and lists included. */
function placesIn(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Object.entries(value).flatMap(([name, item]) =>
    placesIn(item, Array.isArray(value) ? `${at}[${name}]` : `${at === '' ? '' : `${at}.`}${name}`),
  );
  return at === '' ? inside : [at, ...inside];
}

test('whatever stands anywhere in a file, it is taken or told in words', () => {
  const places = placesIn(JSON.parse(readFileOf('cancer-centre')));
  // Holidays are many, and all the same.
  const some = places.filter((place) => !/^calendar\.holidays\[[1-9]/.test(place));
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('', ' ', 'a-b', 'en', 1, -1, 2.5, true, {}, [], [{}]),
  );
  const changes = fc.dictionary(fc.constantFrom(...some), values, { minKeys: 1, maxKeys: 1 });
  fc.assert(
    fc.property(changes, (change) => {
      for (const [place, text] of mistakesAfter(change)) {
        expect(place).toMatch(/^[a-zA-Z]/);
        expect(text).toMatch(/^\S.*[.?]$/s);
        expect(text).not.toMatch(/undefined|\[object|NaN/);
      }
    }),
    { numRuns: 400 },
  );
});
