import { isAbout, parseScope } from '../access/index.ts';
import type { Scope } from '../access/index.ts';
import { embedText } from './display-text.ts';
import { formatList } from './dates.ts';
import { fill } from './fill.ts';
import type { Language } from './language.ts';
import type { ScopeTexts, Texts } from './texts/texts.ts';
import { textsIn } from './texts/texts-in.ts';

/** A scope in plain words, as a person decides on it. */
export interface ScopeItem {
  /** The scope as it is granted. */
  readonly text: string;
  readonly sentence: string;
  /** What narrows it or how long it lasts. */
  readonly detail?: string;
  /** That another scope, which is asked for as well, holds all of it. */
  readonly partOf?: string;
  /** What to think about before allowing it. */
  readonly caution?: string;
  /** The gravest thing that it allows. */
  readonly weight: Weight;
  /** Not to be unticked: without it there is no sign-in, or no launch. */
  readonly locked: boolean;
}

export type Weight = 'read' | 'write' | 'delete' | 'identity' | 'offline' | 'context';

export interface ScopeContext {
  readonly language: Language;
  /** Name of the patient in context, once there is one. */
  readonly patient?: string;
  /** Name of the organisation that the client acts for; of use to `system/` scopes only. */
  readonly organization?: string;
}

const WORDS: Readonly<Record<keyof ScopeTexts['words'], { weight: Weight; locked: boolean }>> = {
  openid: { weight: 'identity', locked: true },
  fhirUser: { weight: 'identity', locked: false },
  profile: { weight: 'identity', locked: false },
  launch: { weight: 'context', locked: true },
  'launch/patient': { weight: 'context', locked: true },
  'launch/encounter': { weight: 'context', locked: true },
  offline_access: { weight: 'offline', locked: false },
  online_access: { weight: 'offline', locked: false },
};

/** Code systems whose categories have words of their own; a category without a system is taken for one of them. */
const CATEGORY_SYSTEMS: ReadonlySet<string> = new Set([
  '',
  'http://terminology.hl7.org/CodeSystem/observation-category',
  'http://terminology.hl7.org/CodeSystem/condition-category',
  'http://hl7.org/fhir/us/core/CodeSystem/condition-category',
  'http://hl7.org/fhir/us/core/CodeSystem/us-core-category',
  'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
]);
/** Of which types a category says what the records are, instead of what they are about. */
const CATEGORISED: ReadonlySet<string> = new Set(['Observation', 'Condition', 'DocumentReference']);

/**
 * Says a scope in words (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). What is not
 * understood is shown as it stands and counts as a write: a person is never told less than may happen.
 */
export function describeScope(text: string, context: ScopeContext): ScopeItem {
  const texts = textsIn(context.language);
  if (isWord(text)) return describeWord(text, texts.scopes);
  const scope = parseScope(text);
  if (scope === undefined) {
    const sentence = fill(texts.scopes.unknown, { scope: embedText(text) });
    return { text, sentence, weight: 'write', locked: false };
  }
  const weight = weigh(scope.letters);
  const { things, conditions } = nameThings(scope, texts, context.language);
  const detail = fill(texts.scopes.onlyWith, { condition: formatList(conditions, context.language) });
  const caution = cautionOf(scope.type, weight, texts.scopes);
  return {
    text,
    sentence: buildSentence(scope, weight, things, texts.scopes, context),
    ...(conditions.length > 0 && { detail }),
    ...(caution !== '' && { caution }),
    weight,
    locked: false,
  };
}

/** Says scopes that are asked for together: of one that another holds, it says so. */
export function describeScopes(scopes: readonly string[], context: ScopeContext): ScopeItem[] {
  const { partOf } = textsIn(context.language).scopes;
  const parsed = scopes.map(parseScope);
  return scopes.map((text, place) => {
    const item = describeScope(text, context);
    const scope = parsed[place];
    // Of two that say the same, the second is part of the first.
    const outer = parsed.findIndex(
      (other, at) => at !== place && holds(other, scope) && (at < place || !holds(scope, other)),
    );
    if (outer < 0) return item;
    return { ...item, partOf: fill(partOf, { sentence: describeScope(scopes[outer]!, context).sentence }) };
  });
}

/** Whether all that `inner` allows is allowed by `outer`. */
function holds(outer: Scope | undefined, inner: Scope | undefined): boolean {
  if (outer === undefined || inner?.context !== outer.context) return false;
  const filters = new Set(inner.params.map((param) => JSON.stringify(param)));
  return (
    isAbout(outer, inner.type) &&
    Array.from(inner.letters).every((letter) => outer.letters.includes(letter)) &&
    outer.params.every((param) => filters.has(JSON.stringify(param)))
  );
}

function isWord(text: string): text is keyof ScopeTexts['words'] {
  return Object.hasOwn(WORDS, text);
}

function describeWord(word: keyof ScopeTexts['words'], texts: ScopeTexts): ScopeItem {
  const detail = word === 'offline_access' || word === 'online_access' ? { detail: texts.details[word] } : {};
  return { text: word, sentence: texts.words[word], ...detail, ...WORDS[word] };
}

function weigh(letters: string): 'read' | 'write' | 'delete' {
  if (letters.includes('d')) return 'delete';
  return /[cu]/.test(letters) ? 'write' : 'read';
}

function cautionOf(type: string, weight: Weight, texts: ScopeTexts): string {
  const cautions = [
    ...(type === '*' ? [texts.everythingCaution] : []),
    ...(weight === 'delete' ? [texts.deleteCaution] : []),
  ];
  return cautions.join(' ');
}

function buildSentence(scope: Scope, weight: Weight, things: string, texts: ScopeTexts, context: ScopeContext): string {
  const { verbs } = texts;
  const does = [
    ...(/[rs]/.test(scope.letters) ? [verbs.read] : []),
    ...(scope.letters.includes('c') ? [verbs.add] : []),
    ...(scope.letters.includes('u') ? [verbs.change] : []),
    ...(scope.letters.includes('d') ? [verbs.delete] : []),
  ];
  const kind = sentenceOf(scope, weight, context);
  const isDefinite = scope.type !== '*' && kind !== 'userWrites';
  const sentence = fill(texts.sentences[kind], {
    verbs: formatList(does, context.language),
    things: isDefinite ? fill(texts.those, { things }) : things,
    patient: embedText(context.patient ?? ''),
    organization: embedText(context.organization ?? ''),
  });
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function sentenceOf(scope: Scope, weight: Weight, context: ScopeContext): keyof ScopeTexts['sentences'] {
  if (scope.context === 'patient') return context.patient === undefined ? 'anyPatient' : 'patient';
  if (scope.context === 'system') return context.organization === undefined ? 'anySystem' : 'system';
  return weight === 'read' ? 'user' : 'userWrites';
}

/** What the scope is on, and the conditions of its filter that have no words of their own. */
function nameThings(scope: Scope, texts: Texts, language: Language): { things: string; conditions: string[] } {
  const conditions: string[] = [];
  let named: string[] | undefined;
  for (const [parameter, value] of scope.params) {
    const isCategory = parameter === 'category' && CATEGORISED.has(scope.type);
    const categories = isCategory ? nameCategories(value, texts) : undefined;
    // Two categories at once (and) are less than either: only one of them can name the things.
    if (categories !== undefined && named === undefined) named = categories;
    else conditions.push(`${embedText(parameter)} = ${embedText(value)}`);
  }
  return { things: named === undefined ? nameType(scope.type, texts) : formatList(named, language), conditions };
}

/** `…|laboratory,…|vital-signs` in words; nothing unless each has one. */
function nameCategories(value: string, texts: Texts): string[] | undefined {
  const names = value.split(',').map((token) => {
    const [system, code] = token.includes('|') ? token.split('|', 2) : ['', token];
    return CATEGORY_SYSTEMS.has(system ?? '') ? own(texts.categories, code ?? '') : undefined;
  });
  return names.includes(undefined) ? undefined : names.filter((name) => name !== undefined);
}

function nameType(type: string, texts: Texts): string {
  if (type === '*') return texts.scopes.everything;
  return own(texts.records, type) ?? fill(texts.scopes.otherType, { type: embedText(type) });
}

function own(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined;
}
