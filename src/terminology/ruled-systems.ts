import { mayBeLoinc, mayBeSnomed } from './check-digit.ts';
import { buildCodeSystem } from './code-system.ts';
import type { CodeSystemTable } from './code-system.ts';
import { buildCountries } from './countries.ts';
import { buildCurrencies } from './currencies.ts';
import { englishName } from './english-name.ts';
import { checkLanguageTag } from './language-tag.ts';
import { isMediaType } from './media-type.ts';
import type { Membership } from './types.ts';
import type { Units } from './units.ts';

/** A system whose codes are not a list: a rule says what its codes are. */
export interface RuledSystem {
  readonly name: string;
  /** Codes that differ in case alone are the same. */
  readonly fold?: true;
  readonly check: (code: string) => Membership;
  readonly display?: (code: string) => string | undefined;
}

const LANGUAGES = 'urn:ietf:bcp:47';
const MEDIA_TYPES = 'urn:ietf:bcp:13';
const URIS = 'urn:ietf:rfc:3986';
const TIME_ZONES = 'https://www.iana.org/time-zones';
export const UCUM = 'http://unitsofmeasure.org';
export const COUNTRIES = 'urn:iso:std:iso:3166';
const CURRENCIES = 'urn:iso:std:iso:4217';
const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i;
const LONGEST = 1000;

/** Systems whose rule lets codes in, so that there is no list of them. */
export const ENDLESS_SYSTEMS: ReadonlySet<string> = new Set([LANGUAGES, MEDIA_TYPES, UCUM, URIS, TIME_ZONES]);

/** The lists that R4 refers to and does not hold itself. */
export const LISTED_SYSTEMS: ReadonlyMap<string, (url: string) => CodeSystemTable> = new Map([
  [COUNTRIES, buildCountries],
  [CURRENCIES, buildCurrencies],
]);

/** Systems of other bodies, of which only the form of a code is known. */
const FORMS: readonly (readonly [url: string, name: string, form: (code: string) => boolean])[] = [
  ['http://snomed.info/sct', 'SNOMED_CT', mayBeSnomed],
  ['http://loinc.org', 'LOINC', mayBeLoinc],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', 'RxNorm', matching(/^[1-9]\d{0,7}$/)],
  ['http://hl7.org/fhir/sid/cvx', 'CVX', matching(/^\d{1,3}$/)],
  ['urn:iso:std:iso:3166:-2', 'ISO3166_2', matching(/^[A-Z]{2}-[A-Z\d]{1,3}$/)],
  ['urn:iso:std:iso:11073:10101', 'ISO11073', matching(/^\d{1,10}$|^MDC_[A-Z\d_]+$/)],
  ['http://unstats.un.org/unsd/methods/m49/m49.htm', 'M49', matching(/^\d{3}$/)],
];

/** @param isCountry for the regions of language tags. */
export function describeRuledSystems(
  units: Units,
  isCountry: (code: string) => boolean,
): ReadonlyMap<string, RuledSystem> {
  return new Map<string, RuledSystem>([
    [
      LANGUAGES,
      {
        name: 'BCP47',
        fold: true,
        check: (code) => checkLanguageTag(code, isCountry),
        display: (code) => englishName('language', code),
      },
    ],
    [MEDIA_TYPES, { name: 'BCP13', fold: true, check: decided(isMediaType) }],
    [URIS, { name: 'RFC3986', check: decided((code) => ABSOLUTE_URI.test(code)) }],
    [UCUM, { name: 'UCUM', check: decided(units.isUnit), display: units.nameUnit }],
    [TIME_ZONES, { name: 'IANATimeZones', check: decided(isTimeZone) }],
    ...FORMS.map(
      ([url, name, form]) => [url, { name, check: (code: string) => (form(code) ? 'unknown' : 'out') }] as const,
    ),
  ]);
}

/** A ruled system as a code system of which no concept is held. */
export function buildRuledSystem(url: string, { name, fold, check }: RuledSystem): CodeSystemTable {
  const table = buildCodeSystem(url, { name, content: 'not-present', ...(fold ? { fold } : {}), concepts: [] });
  return { ...table, other: (code) => (code.length > LONGEST ? 'out' : check(code)), ownsDisplays: false };
}

function matching(pattern: RegExp): (code: string) => boolean {
  return (code) => pattern.test(code);
}

function decided(test: (code: string) => boolean): (code: string) => Membership {
  return (code) => (test(code) ? 'in' : 'out');
}

/** http://www.iana.org/time-zones: names, not offsets such as `+01:00`. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
