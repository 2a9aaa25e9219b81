import type { RecordWords } from './record-words.ts';

/** A text for each of the given cases. */
type Each<Keys extends string> = Readonly<Record<Keys, string>>;

/**
 * All that the pages say, in one language. `{client}` and the like stand where a value goes. A text that is missing in a
 * language does not compile; a test compares the values that the languages name.
 */
export interface Texts {
  readonly product: string;
  readonly tagline: string;
  /** Said before the title of a page that tells of a problem. */
  readonly problem: string;
  readonly cancel: string;
  readonly expired: string;
  readonly switchUser: string;
  /** What the links to the page in other languages are called. */
  readonly inLanguage: string;
  readonly signIn: Each<
    | 'title'
    | 'purpose'
    | 'purposeHere'
    | 'login'
    | 'password'
    | 'submit'
    | 'or'
    | 'upstream'
    | 'wrong'
    | 'throttled'
    | 'throttledFor'
    | 'upstreamFailed'
    | 'upstreamStranger'
    | 'upstreamAnother'
    | 'elsewhere'
    | 'care'
    | 'careHere'
  >;
  readonly choosePatient: Each<
    | 'title'
    | 'purpose'
    | 'query'
    | 'hint'
    | 'search'
    | 'found'
    | 'born'
    | 'identifier'
    | 'more'
    | 'noneFound'
    | 'noneAtAll'
    | 'noneHint'
    | 'choose'
    | 'noneChosen'
    | 'unknown'
  >;
  readonly sex: Each<'female' | 'male' | 'other' | 'unknown'>;
  readonly consent: Each<
    | 'title'
    | 'purpose'
    | 'signedInAs'
    | 'patient'
    | 'case'
    | 'returnsTo'
    | 'reach'
    | 'choose'
    | 'alsoNeeded'
    | 'ends'
    | 'later'
    | 'allow'
    | 'deny'
    | 'nothingChosen'
  >;
  /** Headings over scopes of one weight. */
  readonly groups: Each<'read' | 'write' | 'delete' | 'identity' | 'offline' | 'context'>;
  readonly manage: Each<
    | 'title'
    | 'purpose'
    | 'none'
    | 'noneHint'
    | 'since'
    | 'lastUsed'
    | 'neverUsed'
    | 'patient'
    | 'may'
    | 'offline'
    | 'end'
    | 'ended'
    | 'endAll'
    | 'endedAll'
    | 'signOut'
  >;
  readonly notices: Readonly<
    Record<'error' | 'signed-out' | 'expired' | 'cancelled', { readonly title: string; readonly text: string }>
  >;
  readonly reference: string;
  readonly referenceHint: string;
  readonly scopes: ScopeTexts;
  readonly records: RecordWords;
  /** What is left of a type by a filter on its category. */
  readonly categories: Each<
    | 'laboratory'
    | 'vital-signs'
    | 'imaging'
    | 'social-history'
    | 'survey'
    | 'exam'
    | 'procedure'
    | 'clinical-note'
    | 'problem-list-item'
    | 'encounter-diagnosis'
    | 'health-concern'
  >;
}

export interface ScopeTexts {
  readonly verbs: Each<'read' | 'add' | 'change' | 'delete'>;
  /** With `{verbs}`, `{things}`, and whose they are. */
  readonly sentences: Each<'patient' | 'anyPatient' | 'user' | 'userWrites' | 'system' | 'anySystem'>;
  /** `{things}` within a sentence: "the documents". */
  readonly those: string;
  readonly everything: string;
  readonly everythingCaution: string;
  readonly deleteCaution: string;
  /** A type without a word of its own. */
  readonly otherType: string;
  readonly onlyWith: string;
  /** Of a scope that another one holds. */
  readonly partOf: string;
  readonly unknown: string;
  /** Scopes that are no permission on records, and for some what it means. */
  readonly words: Each<
    | 'openid'
    | 'fhirUser'
    | 'profile'
    | 'launch'
    | 'launch/patient'
    | 'launch/encounter'
    | 'offline_access'
    | 'online_access'
  >;
  readonly details: Each<'offline_access' | 'online_access'>;
}
