import { englishName } from './english-name.ts';
import type { Membership } from './types.ts';

/** http://www.rfc-editor.org/rfc/rfc5646#section-2.1, `langtag` and `privateuse`. */
const LANGUAGE_TAG =
  /^(?:(?<language>[a-z]{2,3})(?<extended>(?:-[a-z]{3}){0,3})(?:-(?<script>[a-z]{4}))?(?:-(?<region>[a-z]{2}|\d{3}))?(?<variants>(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*)(?<extensions>(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*)(?:-x(?:-[a-z\d]{1,8})+)?|x(?:-[a-z\d]{1,8})+)$/i;

/** Tags of an older time, which have another form (`irregular` and `regular`). */
const GRANDFATHERED: ReadonlySet<string> = new Set(
  'en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu sgn-be-fr sgn-be-nl sgn-ch-de art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan zh-xiang'.split(
    ' ',
  ),
);

/** ISO 639-1, and the five that it had earlier. */
const TWO_LETTER_LANGUAGES: ReadonlySet<string> = new Set(
  (
    'aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en ' +
    'eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ' +
    'ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ' +
    'ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss ' +
    'st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu in iw ji jw mo'
  ).split(' '),
);

/** Regions that the registry has beside today's countries. */
const OTHER_REGIONS: ReadonlySet<string> = new Set(
  'AA AC AN BU CP CQ CS DD DG EA EU EZ FX IC NT SU TA TP UN YD YU ZR ZZ'.split(' '),
);
const PRIVATE_REGION = /^(?:Q[M-Z]|X[A-Z])$/;
/** Of no, several, unwritten or unknown languages. */
const SPECIAL_LANGUAGES: ReadonlySet<string> = new Set(['mis', 'mul', 'und', 'zxx']);
const PRIVATE_LANGUAGE = /^q[a-t][a-z]$/;
const PRIVATE_SCRIPT = /^qa[a-b][a-x]$/i;

/**
 * Whether the text is a language tag (BCP 47). Languages of two letters, scripts and regions are checked against what
 * there is; of the thousands of three letters those that are not widely used cannot be told from invented ones.
 */
export function checkLanguageTag(tag: string, isCountry: (code: string) => boolean): Membership {
  if (tag.length > 100) return 'out';
  if (GRANDFATHERED.has(tag.toLowerCase())) return 'in';
  const { groups } = LANGUAGE_TAG.exec(tag) ?? {};
  if (groups === undefined) return 'out';
  const { language, script, region, variants = '', extensions = '' } = groups;
  if (language === undefined) return 'in';
  if (repeats(variants.split('-')) || repeats(extensions.match(/-[^-](?=-)/g) ?? [])) return 'out';
  if (script !== undefined && !isScript(script)) return 'out';
  if (region !== undefined && !isRegion(region.toUpperCase(), isCountry)) return 'out';
  return checkLanguage(language.toLowerCase());
}

function repeats(subtags: readonly string[]): boolean {
  return new Set(subtags.map((each) => each.toLowerCase())).size < subtags.length;
}

function checkLanguage(language: string): Membership {
  if (language.length === 2) return TWO_LETTER_LANGUAGES.has(language) ? 'in' : 'out';
  if (SPECIAL_LANGUAGES.has(language) || PRIVATE_LANGUAGE.test(language)) return 'in';
  return englishName('language', language) === undefined ? 'unknown' : 'in';
}

function isScript(script: string): boolean {
  if (PRIVATE_SCRIPT.test(script)) return true;
  return englishName('script', script) !== undefined;
}

/** Numbers are those of UN M.49, which has more than countries. */
function isRegion(region: string, isCountry: (code: string) => boolean): boolean {
  return /^\d/.test(region) || OTHER_REGIONS.has(region) || PRIVATE_REGION.test(region) || isCountry(region);
}
