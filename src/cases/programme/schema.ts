import Joi from 'joi';
import { DateTime, IANAZone } from 'luxon';
import { SERVICES, TASK_KINDS } from '../catalogue.ts';
import { parseRange, plainCode } from '../routing/code-ranges.ts';
import { EXCLUSIONS, keysOf, PACKET_ITEMS } from './names.ts';
import { NO_RULES } from './no-rules.ts';
import type { PacketRule, ProgrammeRules, ServiceRules } from './rules.ts';

/*
 * The form of a programme file: which members there are, of what kind, and what stands where one is left out. What hangs
 * on two members at once, or on codes, is checked beside (`check-*.ts`).
 */

/** The most that any span may be, in its unit: beyond it somebody has mistyped. */
const AMOUNT_MOST = 1000;
/** Years that a holiday can be in. */
const [FIRST_YEAR, LAST_YEAR] = [2000, 2199];

const text = (most: number) =>
  Joi.string()
    .trim()
    .max(most)
    .pattern(/^[^\p{Cc}]*$/u, 'one line without control characters');
const words = (...valid: readonly string[]) => Joi.string().valid(...valid);
const list = (item: Joi.Schema) => Joi.array().items(item);
const set = (item: Joi.Schema) => list(item).unique();
const snomed = () => Joi.string().pattern(/^\d{6,18}$/, 'a code of SNOMED CT, which has digits alone');
const tag = () =>
  Joi.string().pattern(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'a language tag such as en, vi or zh-Hans');

const spanParts = {
  amount: Joi.number().integer().min(1).max(AMOUNT_MOST).required(),
  unit: words('hours', 'days', 'business-days', 'weeks').required(),
};
const span = () => Joi.object(spanParts);

const conditionParts = {
  system: words('icd-10', 'snomed').required(),
  codes: Joi.string()
    .when('system', { is: 'snomed', then: snomed() })
    .when('system', { is: 'icd-10', then: Joi.string().custom(checkIcdCodes) })
    .required(),
};

function checkIcdCodes(value: string, { error }: Joi.CustomHelpers): string | Joi.ErrorReport {
  if (parseRange(value) !== undefined) return value;
  const ends = value.split('-');
  return error(ends.length === 2 && ends.every((end) => plainCode(end) !== undefined) ? 'icd.order' : 'icd.form');
}

function checkTimeZone(value: string, { error }: Joi.CustomHelpers): string | Joi.ErrorReport {
  // An offset such as +07:00 knows no summer time.
  return /^[A-Z]/i.test(value) && IANAZone.isValidZone(value) ? value : error('zone.unknown');
}

function checkDate(value: string, { error }: Joi.CustomHelpers): string | Joi.ErrorReport {
  const { isValid, year } = DateTime.fromFormat(value, 'yyyy-MM-dd', { zone: 'UTC' });
  if (!isValid) return error('date.form');
  return year >= FIRST_YEAR && year <= LAST_YEAR ? value : error('date.year', { from: FIRST_YEAR, to: LAST_YEAR });
}

const inCatalogue = ({ code }: Partial<ServiceRules>) => SERVICES.find((service) => service.code === code);
const serviceCode = () => words(...SERVICES.map(({ code }) => code));

const calendar = Joi.object({
  timeZone: Joi.string().custom(checkTimeZone).required(),
  workingDays: set(Joi.number().integer().min(1).max(7)).min(1).default(NO_RULES.calendar.workingDays),
  holidays: set(Joi.string().custom(checkDate)).default([]),
});

const amountOfMoney = () => Joi.number().min(0).precision(2).required();

const service = Joi.object({
  code: serviceCode().required(),
  title: text(200).default((parent: Partial<ServiceRules>) => inCatalogue(parent)?.display ?? ''),
  alone: Joi.boolean().default((parent: Partial<ServiceRules>) => inCatalogue(parent)?.alone ?? true),
  addOnTo: set(serviceCode()).default([]),
  afterReport: Joi.boolean().default(false),
  turnaround: Joi.object({
    ...spanParts,
    from: words('submission', 'complete').required(),
    least: Joi.number().integer().min(1),
  }),
  price: Joi.object({ currency: Joi.string().required(), low: amountOfMoney(), high: amountOfMoney() }),
  team: Joi.boolean().default(false),
  reviewers: Joi.number().integer().min(0).max(10).default(0),
  specialties: set(snomed()).default([]),
});

const packetRule = Joi.object({
  item: words(...keysOf(PACKET_ITEMS)).required(),
  level: words('required', 'advised').required(),
  services: set(serviceCode()).min(1),
  specialties: set(snomed()).min(1),
  onlyWith: words('operation', 'imaging', 'pathology'),
  notOlderThan: span(),
});

/** For the same cases: of two such rules one would be in vain. What comes here may be no rule at all. */
function isSameRule(one: unknown, other: unknown): boolean {
  const scope = scopeOf(one);
  return scope !== undefined && scope === scopeOf(other);
}

function scopeOf(rule: unknown): string | undefined {
  if (typeof rule !== 'object' || rule === null) return undefined;
  const { item, services, specialties } = rule as Partial<PacketRule>;
  return item === undefined ? undefined : JSON.stringify([item, services, specialties]);
}

const exclusion = Joi.object({
  code: words(...keysOf(EXCLUSIONS)).required(),
  action: words('refuse', 'caution', 'advise').required(),
  override: words('nobody', 'placer').default('nobody'),
  within: span(),
  specialties: set(snomed()).min(1),
  conditions: list(Joi.object(conditionParts)).min(1),
});

/** An emergency is refused, whatever a file says or leaves out. */
export function withEmergency(rules: ProgrammeRules): ProgrammeRules {
  const { exclusions } = rules;
  return exclusions.some(({ code }) => code === 'emergency')
    ? rules
    : { ...rules, exclusions: [...NO_RULES.exclusions, ...exclusions] };
}

const { languages, report, confirmation, payment, information, clock, routing, video } = NO_RULES;

export const SCHEMA: Joi.ObjectSchema<ProgrammeRules> = Joi.object<ProgrammeRules>({
  programme: Joi.string()
    .pattern(/^[A-Za-z0-9.-]{1,64}$/, 'the id of an organisation: letters, digits, points, hyphens, 64 at most')
    .required(),
  title: text(200).required(),
  description: text(2000).allow('').default(''),
  calendar: calendar.required(),
  services: list(service).unique('code', { ignoreUndefined: true }).min(1).required(),
  specialties: set(snomed()).default([]),
  packet: list(packetRule).unique(isSameRule).default([]),
  exclusions: list(exclusion).unique('code', { ignoreUndefined: true }).default([]),
  languages: Joi.object({
    read: set(tag()).default(languages.read),
    translatedBy: words('programme', 'home').default(languages.translatedBy),
    report: tag().default(languages.report),
    bilingual: Joi.boolean().default(languages.bilingual),
  }).default(languages),
  report: Joi.object({
    sections: words('required', 'optional').default(report.sections),
    disclaimer: Joi.object().pattern(Joi.string(), text(2000)),
  }).default(report),
  confirmation: Joi.object({ required: Joi.boolean().required(), firstContact: span() }).default(confirmation),
  payment: Joi.object({
    when: words('none', 'before-acceptance').required(),
    coveredBy: set(Joi.string()).default(payment.coveredBy),
    expires: span(),
  }).default(payment),
  information: Joi.object({ remind: list(span()).default(information.remind), expires: span() }).default(information),
  clock: Joi.object({
    pausedBy: set(words('home', 'payer', 'courier')).default(clock.pausedBy),
    warn: span(),
  }).default(clock),
  routing: Joi.object({
    conditions: list(Joi.object({ ...conditionParts, specialty: snomed().required() }))
      .unique('codes', { ignoreUndefined: true })
      .default(routing.conditions),
    independent: Joi.boolean().default(routing.independent),
  }).default(routing),
  video: Joi.object({
    minutes: list(Joi.number().integer().min(5).max(240)).length(2).default(video.minutes),
    localDoctor: words('required', 'optional').default(video.localDoctor),
    summary: Joi.boolean().default(video.summary),
  }).default(video),
  thirdOpinion: words('always', 'only-where-differs', 'never').default(NO_RULES.thirdOpinion),
  followUp: list(span()).default([]),
  steps: set(words(...TASK_KINDS)).min(1),
}).prefs({ convert: false, abortEarly: false });

/**
 * The rules that were kept as JSON text. They were checked when they came; members that came with a later release are
 * filled in as for a file that leaves them out.
 */
export function readRules(kept: string): ProgrammeRules {
  const filled = SCHEMA.validate(JSON.parse(kept), { allowUnknown: true });
  return withEmergency(filled.value as ProgrammeRules);
}
