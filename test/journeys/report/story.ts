import type { ProposedDifference } from '../../../src/cases/index.ts';
import type { Json } from '../../support/house.ts';

/** What an invented case is about, in English and in the language of the home side. */

/** What is said twice: as the reviewer writes it in English, and as the home side reads it. */
export type Pair = readonly [english: string, own: string];

export type HomeLanguage = 'vi' | 'zh' | 'ar';

/** A diagnosis, a stage, a treatment: coded where a system has a code for it. */
export interface Coded {
  readonly said: Pair;
  readonly coding?: { readonly system: string; readonly code: string };
}

/** One line of the comparison: a side that says nothing is left out. */
export interface Compared {
  readonly aspect: ProposedDifference['aspect'];
  readonly code: ProposedDifference['code'];
  readonly first?: Coded;
  readonly second?: Coded;
}

export interface Story {
  readonly language: HomeLanguage;
  /** Id of the organisation that gives the opinion. */
  readonly programme: string;
  readonly letterhead: {
    readonly name: string;
    readonly address: readonly string[];
    readonly phone: string;
    readonly email: string;
  };
  readonly hospital: { readonly name: string; readonly address: readonly string[]; readonly phone: string };
  /** HumanName of each. */
  readonly patient: { readonly name: Json; readonly gender: 'female' | 'male'; readonly birthDate: string };
  readonly doctor: Json;
  readonly reviewer: {
    readonly id: string;
    readonly name: Json;
    readonly specialty: Coded;
    readonly credentials: readonly { readonly said: Pair; readonly issuer: string; readonly since: string }[];
  };
  readonly condition: Coded;
  readonly stage: Coded;
  /** What the home doctor plans. */
  readonly planned: readonly Coded[];
  /** A result of the packet that the opinion leans on. */
  readonly result: { readonly code: Coded; readonly value: number; readonly unit: string };
  readonly questions: readonly { readonly asked: string; readonly english: string; readonly answer: Pair }[];
  readonly compared: readonly Compared[];
  /** What the reviewer recommends, step by step. */
  readonly plan: readonly Coded[];
  /** Code of travel-advice. */
  readonly travel: 'travel' | 'do-not-travel' | 'undetermined';
  readonly estimate: {
    readonly currency: string;
    /** Amounts with their digits, as they stand in the letter. */
    readonly items: readonly {
      readonly said: Pair;
      readonly quantity: number;
      readonly unit: string;
      readonly net: string;
    }[];
    readonly total: string;
  };
  /** XHTML by code of report-section, for all that are written by hand. */
  readonly texts: Readonly<Record<string, Pair>>;
  /** What the translator gets wrong at first: `told`: how the server names it. */
  readonly slip: { readonly right: string; readonly wrong: string; readonly told: string };
  /** What is changed later, in which section, and how the report says so. */
  readonly change: {
    readonly section: string;
    readonly from: Pair;
    readonly to: Pair;
    readonly said: Pair;
  };
}
