import type { Issue } from '../../base/index.ts';
import type { TaskKind } from '../catalogue.ts';
import type { Path } from './mistakes.ts';
import { mistake } from './mistakes.ts';
import type { ExclusionRule, Span } from './rules.ts';
import type { RulesSketch, Sketch } from './sketch.ts';
import { isWhole, known, placed } from './sketch.ts';
import { tellSpan } from './words.ts';

/** What members say together: exclusions, payment, spans that follow each other, steps that are needed. */
export function checkTerms(rules: RulesSketch): Issue[] {
  return [
    ...placed(rules.exclusions).flatMap(([at, exclusion]) => checkExclusion(exclusion, ['exclusions', at])),
    ...checkPayment(rules),
    ...checkSpans(rules),
    ...checkVideo(rules),
    ...checkSteps(rules),
  ];
}

/** What is said and advised, but refuses nobody. */
const NEVER_REFUSED: ReadonlySet<string> = new Set(['low-yield-specialty', 'surgery-candidate']);

function checkExclusion(exclusion: Sketch<ExclusionRule>, path: Path): Issue[] {
  const { code, action, override, within, specialties, conditions } = exclusion;
  if (code === undefined) return [];
  const issues: Issue[] = [];
  const say = (member: string, text: string): void => void issues.push(mistake([...path, member], text));
  if (code === 'emergency') {
    if (action !== undefined && action !== 'refuse')
      say('action', 'An emergency is refused in every programme. Write "refuse".');
    if (override === 'placer') say('override', 'Nobody overrides the refusal of an emergency. Write "nobody".');
  } else if (NEVER_REFUSED.has(code) && action === 'refuse') {
    say('action', `${code} is said, and refuses nobody. Write "caution" or "advise".`);
  } else if (override === 'placer' && action !== undefined && action !== 'refuse') {
    say('override', `Only a refusal can be overridden, and this is ${action}. Remove the member.`);
  }
  if (code === 'recent-treatment') {
    if (!('within' in exclusion))
      say('within', 'Say how long ago is still recent: "within": { "amount": 28, "unit": "days" }.');
  } else if (within !== undefined) say('within', `This belongs to recent-treatment, not to ${code}. Remove it.`);
  if (code === 'low-yield-specialty') {
    if (!('specialties' in exclusion) && !('conditions' in exclusion)) {
      say('specialties', 'Say which specialties these are, by SNOMED CT codes, or which conditions.');
    }
    return issues;
  }
  if (specialties !== undefined) say('specialties', `This belongs to low-yield-specialty, not to ${code}. Remove it.`);
  if (conditions !== undefined) say('conditions', `This belongs to low-yield-specialty, not to ${code}. Remove it.`);
  return issues;
}

function checkPayment({ payment }: RulesSketch): Issue[] {
  if (payment?.when !== 'none') return [];
  const vain = (
    [
      ['coveredBy', (payment.coveredBy ?? []).length > 0],
      ['expires', payment.expires !== undefined],
    ] as const
  ).filter(([, isGiven]) => isGiven);
  return vain.map(([member]) =>
    mistake(
      ['payment', member],
      'Nothing is paid or covered when payment is "none". Write "before-acceptance", or remove this.',
    ),
  );
}

const HOURS: Readonly<Record<Span['unit'], number>> = { hours: 1, days: 24, 'business-days': 24, weeks: 168 };

/** Hours that a span takes about; of business days, in weeks without holidays. */
function lengthOf(span: Sketch<Span> | undefined, workingDays: number): number | undefined {
  const { amount, unit } = span ?? {};
  if (amount === undefined || unit === undefined) return undefined;
  return amount * HOURS[unit] * (unit === 'business-days' ? 7 / workingDays : 1);
}

function checkSpans({ services, information, clock, followUp, calendar }: RulesSketch): Issue[] {
  const workingDays = known(calendar?.workingDays).length || 5;
  const length = (span: Sketch<Span> | undefined): number | undefined => lengthOf(span, workingDays);
  const issues = [
    ...checkAscending(information?.remind, ['information', 'remind'], length),
    ...checkAscending(followUp, ['followUp'], length),
  ];
  const expires = length(information?.expires);
  for (const [at, span] of placed(information?.remind)) {
    if (expires !== undefined && (length(span) ?? 0) >= expires) {
      const text = `The request has expired by then (${tell(information?.expires)}). Remind earlier, or let it expire later.`;
      issues.push(mistake(['information', 'remind', at], text));
    }
  }
  const warn = length(clock?.warn);
  const tight = known(services).find(({ turnaround }) => (length(turnaround) ?? Infinity) <= (warn ?? 0));
  if (tight !== undefined) {
    const text = `The warning would come before the work on ${tight.code ?? 'a service'} begins, which takes ${tell(tight.turnaround)}. Shorten it.`;
    issues.push(mistake(['clock', 'warn'], text));
  }
  return issues;
}

function checkAscending(
  spans: readonly (Sketch<Span> | undefined)[] | undefined,
  path: Path,
  length: (span: Sketch<Span>) => number | undefined,
): Issue[] {
  const list = placed(spans);
  return list.flatMap(([at, span], index) => {
    const before = list[index - 1]?.[1];
    const isLater = before === undefined || (length(span) ?? Infinity) > (length(before) ?? 0);
    return isLater
      ? []
      : [
          mistake(
            [...path, at],
            `${tell(span)} comes after ${tell(before)} in the list. Order them from short to long, each once.`,
          ),
        ];
  });
}

/** Only what is whole was compared. */
function tell(span: Sketch<Span> | undefined): string {
  return tellSpan(span as Span);
}

function checkVideo({ video }: RulesSketch): Issue[] {
  const [from, to] = video?.minutes ?? [];
  return from === undefined || to === undefined || from <= to
    ? []
    : [mistake(['video', 'minutes'], `The minutes begin at ${from} and end at ${to}. Write the lower number first.`)];
}

/** Which steps a programme cannot do without, by what else its file says. */
function checkSteps(rules: RulesSketch): Issue[] {
  const { steps, services, languages, confirmation, followUp } = rules;
  if (steps === undefined || !isWhole(steps)) return [];
  const used = known(services);
  const needs: readonly (readonly [TaskKind, boolean, string])[] = [
    ['abort', true, 'a case can be withdrawn in every programme'],
    ['information-request', true, 'records may be missing in every programme'],
    [
      'service-confirmation',
      confirmation?.required === true,
      'confirmation.required says that the service is confirmed',
    ],
    ['translation', isTranslating(languages), 'languages says that the programme translates'],
    ['review', used.some(({ reviewers = 0 }) => reviewers > 0), 'services have reviewers'],
    ['mdt', used.some(({ team }) => team === true), 'a team gives a service'],
    ['video-consultation', used.some(({ code }) => code === 'video-consultation'), 'video consultations are offered'],
    ['follow-up', known(followUp).length > 0, 'followUp says when it is asked how the patient has fared'],
  ];
  return needs
    .filter(([kind, isNeeded]) => isNeeded && !steps.includes(kind))
    .map(([kind, , why]) => mistake(['steps'], `The step ${kind} is missing: ${why}. Add it.`));
}

function isTranslating(languages: RulesSketch['languages']): boolean {
  if (languages?.bilingual === true) return true;
  return languages?.translatedBy === 'programme' && known(languages.read).length > 0;
}
