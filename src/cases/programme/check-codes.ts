import { nearNames, suggest } from '../../base/index.ts';
import type { Issue } from '../../base/index.ts';
import type { Terminology } from '../../terminology/index.ts';
import { CANONICAL } from '../catalogue.ts';
import type { Path } from './mistakes.ts';
import { mistake, quote } from './mistakes.ts';
import type { ConditionCodes } from './rules.ts';
import type { RulesSketch, Sketch } from './sketch.ts';
import { isWhole, known, placed } from './sketch.ts';

const SPECIALTIES = `${CANONICAL}/ValueSet/specialty`;
const PAYERS = `${CANONICAL}/ValueSet/payer-kind`;
const SNOMED = 'http://snomed.info/sct';
const LANGUAGES = 'urn:ietf:bcp:47';
const CURRENCIES = 'urn:iso:std:iso:4217';
const LIST_MOST = 1000;

/** Names of the guide's specialties by their SNOMED CT codes. */
export function specialtyNames(terminology: Terminology): ReadonlyMap<string, string> {
  return namesOf(terminology, SPECIALTIES);
}

function namesOf(terminology: Terminology, valueSet: string): ReadonlyMap<string, string> {
  const codes = terminology.list(valueSet, LIST_MOST);
  if (codes === undefined) throw new Error(`${valueSet} cannot be listed.`);
  return new Map(codes.map(({ code, display = code }) => [code, display]));
}

/** Codes that somebody else gives out: specialties, payers, currencies, languages, conditions. */
export function checkCodes(rules: RulesSketch, terminology: Terminology): Issue[] {
  return [
    ...checkSpecialties(rules, specialtyNames(terminology)),
    ...checkPayers(rules, namesOf(terminology, PAYERS)),
    ...placed(rules.services).flatMap(([at, { price }]) => checkCurrency(price?.currency, at, terminology)),
    ...checkLanguages(rules, terminology),
    ...checkConditions(rules, terminology),
  ];
}

type Codes = readonly (string | undefined)[] | undefined;

function checkSpecialties(rules: RulesSketch, names: ReadonlyMap<string, string>): Issue[] {
  const { specialties, services, packet, exclusions, routing } = rules;
  const own = new Set(known(specialties));
  const isAnyMissing = own.size === 0 || !isWhole(specialties) || ![...own].every((code) => names.has(code));
  const checkOne = (code: string | undefined, place: Path): Issue[] => {
    if (code === undefined) return [];
    const name = names.get(code);
    if (name === undefined) return [mistake(place, tellUnknownSpecialty(code, names))];
    if (isAnyMissing || own.has(code)) return [];
    return [mistake(place, `The programme does not have ${name}. Add ${code} to specialties, or remove it here.`)];
  };
  const check = (codes: Codes, path: Path): Issue[] =>
    (codes ?? []).flatMap((code, at) => checkOne(code, [...path, at]));
  return [
    ...check(specialties, ['specialties']),
    ...placed(services).flatMap(([at, service]) => check(service.specialties, ['services', at, 'specialties'])),
    ...placed(packet).flatMap(([at, rule]) => check(rule.specialties, ['packet', at, 'specialties'])),
    ...placed(exclusions).flatMap(([at, rule]) => check(rule.specialties, ['exclusions', at, 'specialties'])),
    ...placed(routing?.conditions).flatMap(([at, { specialty }]) =>
      checkOne(specialty, ['routing', 'conditions', at, 'specialty']),
    ),
  ];
}

function tellUnknownSpecialty(code: string, names: ReadonlyMap<string, string>): string {
  const near = nearNames(code, names.keys()).map((one) => `${one} (${names.get(one)!})`);
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
  return `There is no specialty ${code} in ${SPECIALTIES}.${hint} Name one of its SNOMED CT codes.`;
}

function checkPayers({ payment }: RulesSketch, names: ReadonlyMap<string, string>): Issue[] {
  return placed(payment?.coveredBy)
    .filter(([, code]) => !names.has(code))
    .map(([at, code]) => {
      const hint = suggest(code, names.keys());
      return mistake(
        ['payment', 'coveredBy', at],
        `There is no kind of payer ${quote(code)}.${hint} Name one of ${[...names.keys()].join(', ')}.`,
      );
    });
}

function checkCurrency(code: string | undefined, at: number, terminology: Terminology): Issue[] {
  if (code === undefined || terminology.codeOf(CURRENCIES, code) === 'in') return [];
  const hint = suggest(code, terminology.codesOf(CURRENCIES, LIST_MOST) ?? []);
  const text = `There is no currency ${quote(code)}.${hint} Write its code of ISO 4217, such as USD.`;
  return [mistake(['services', at, 'price', 'currency'], text)];
}

function checkLanguages({ languages, report: form }: RulesSketch, terminology: Terminology): Issue[] {
  const { read, report } = languages ?? {};
  const check = (tag: string, path: Path): Issue[] =>
    terminology.codeOf(LANGUAGES, tag) === 'out'
      ? [mistake(path, `There is no language ${quote(tag)}. Write its tag of BCP 47, such as en, vi or zh-Hans.`)]
      : [];
  const disclaimed = Object.keys(form?.disclaimer ?? {});
  const issues = [
    ...placed(read).flatMap(([at, tag]) => check(tag, ['languages', 'read', at])),
    ...disclaimed.flatMap((tag) => check(tag, ['report', 'disclaimer', tag])),
  ];
  if (report === undefined) return issues;
  issues.push(...check(report, ['languages', 'report']));
  const spoken = known(read).map(languageOf);
  if (spoken.length > 0 && !spoken.includes(languageOf(report))) {
    const text = `Reviewers write ${report}, and do not read it. Add it to languages.read, or name one that they read.`;
    issues.push(mistake(['languages', 'report'], text));
  } else if (disclaimed.length > 0 && !disclaimed.map(languageOf).includes(languageOf(report))) {
    const text = `Reviewers write ${report}, and the disclaimer is not given in it. Add it as report.disclaimer.${report}.`;
    issues.push(mistake(['report', 'disclaimer'], text));
  }
  return issues;
}

/** `zh` of `zh-Hans-CN`. */
function languageOf(tag: string): string {
  return tag.split('-', 1)[0]!.toLowerCase();
}

type Conditions = readonly (Sketch<ConditionCodes> | undefined)[] | undefined;

/** ICD-10 codes are checked for their form: there is one edition of them for every country. */
function checkConditions({ exclusions, routing }: RulesSketch, terminology: Terminology): Issue[] {
  const check = (conditions: Conditions, path: Path): Issue[] =>
    placed(conditions).flatMap(([at, { system, codes }]) =>
      system === 'snomed' && codes !== undefined && terminology.codeOf(SNOMED, codes) === 'out'
        ? [
            mistake(
              [...path, at, 'codes'],
              `${quote(codes)} is no code of SNOMED CT: its check digit is wrong. Copy it anew.`,
            ),
          ]
        : [],
    );
  return [
    ...placed(exclusions).flatMap(([at, rule]) => check(rule.conditions, ['exclusions', at, 'conditions'])),
    ...check(routing?.conditions, ['routing', 'conditions']),
  ];
}
