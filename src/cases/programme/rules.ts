import type { TaskKind } from '../catalogue.ts';

/*
 * What one programme does with its cases, as data: all that differs between two programmes stands here and nowhere else.
 * It is written as a JSON file (`profiles/programmes/`), checked by `parseRules` and kept under a revision that never
 * changes: a case goes by the rules under which it was opened.
 */

/** A time span of the clock. `business-days` leave out weekends and holidays of the programme's own calendar. */
export interface Span {
  readonly amount: number;
  readonly unit: 'hours' | 'days' | 'business-days' | 'weeks';
}

/** When a programme works. */
export interface Calendar {
  /** IANA, e.g. `Asia/Shanghai`. */
  readonly timeZone: string;
  /** ISO weekdays on which it works, 1 (Monday) to 7. */
  readonly workingDays: readonly number[];
  /** Dates (`2026-01-01`) on which it does not. */
  readonly holidays: readonly string[];
}

/** Amount of money in one currency (ISO 4217); a fixed price has `low` equal to `high`. */
export interface PriceBand {
  readonly currency: string;
  readonly low: number;
  readonly high: number;
}

/** How long a service takes at most, and from when: the sending, or the moment when materials and payment are there. */
export interface Turnaround extends Span {
  readonly from: 'submission' | 'complete';
  /** How long it takes at least, in the same unit: told to people (`2 to 4 weeks`), the clock goes by `amount`. */
  readonly least?: number;
}

/** Conditions by their codes: an ICD-10 code or range (`C50`, `C18-C20`), or a SNOMED CT code. */
export interface ConditionCodes {
  readonly system: 'icd-10' | 'snomed';
  readonly codes: string;
}

/** One service that the programme offers; its code is one of the guide's second-opinion services. */
export interface ServiceRules {
  readonly code: string;
  /** Name that people are shown. */
  readonly title: string;
  /** Whether it may be asked for on its own. */
  readonly alone: boolean;
  /** Codes of services that it may be added to: their request is named in basedOn. Empty: to none. */
  readonly addOnTo: readonly string[];
  /** Needs the base service to have its report first, e.g. a video consultation after the report. */
  readonly afterReport: boolean;
  /** None: it goes by an agreement, such as the date of a video consultation. */
  readonly turnaround?: Turnaround;
  /** None: on request. */
  readonly price?: PriceBand;
  /** A team (MDT, tumour board) gives it: the report needs the team's meeting first. */
  readonly team: boolean;
  /** How many reviewers have to sign off a review before the report. */
  readonly reviewers: number;
  /** SNOMED CT codes of the specialties that give it; empty: all of the programme. */
  readonly specialties: readonly string[];
}

/** Kinds of what a packet holds. Documents come under the guide's packet-document-kind; the others are told by type. */
export type PacketItem =
  | 'imaging'
  | 'imaging-report'
  | 'pathology-slides'
  | 'pathology-report'
  | 'laboratory'
  | 'operative-report'
  | 'medication-list'
  | 'allergies'
  | 'prior-treatment'
  | 'first-opinion'
  | 'narrative'
  | 'questions'
  | 'condition'
  // The patient's consent that records go abroad: what the transfer rests on.
  | 'consent';

export interface PacketRule {
  readonly item: PacketItem;
  /** `required`: the case is not accepted without it; `advised`: it is only said. */
  readonly level: 'required' | 'advised';
  /** Only for these services (codes); absent: for all. */
  readonly services?: readonly string[];
  /** Only for these specialties (SNOMED CT codes); absent: for all. */
  readonly specialties?: readonly string[];
  /** Only if the packet speaks of an operation, or holds imaging: `operation` for operative reports, `imaging` for their reports. */
  readonly onlyWith?: 'operation' | 'imaging' | 'pathology';
  /** How old it may be at most when the request is sent. */
  readonly notOlderThan?: Span;
}

/** What must not go through as usual. */
export type ExclusionCode =
  'emergency' | 'inpatient' | 'intensive-care' | 'recent-treatment' | 'low-yield-specialty' | 'surgery-candidate';

export interface ExclusionRule {
  readonly code: ExclusionCode;
  /** `refuse`: not opened; `caution`, `advise`: said, never a refusal. */
  readonly action: 'refuse' | 'caution' | 'advise';
  /** Who may override a refusal with a reason: `nobody`, or the placer's clinician. An emergency is never overridden. */
  readonly override: 'nobody' | 'placer';
  /** For `recent-treatment`: how long ago is not recent any more. */
  readonly within?: Span;
  /** For `low-yield-specialty`: SNOMED CT codes of specialties. */
  readonly specialties?: readonly string[];
  /** For `low-yield-specialty`: conditions that count as such beside, e.g. a stroke, which has no specialty of its own. */
  readonly conditions?: readonly ConditionCodes[];
}

export interface ProgrammeRules {
  /** Id of the programme's Organization. */
  readonly programme: string;
  readonly title: string;
  readonly description: string;
  readonly calendar: Calendar;
  readonly services: readonly ServiceRules[];
  /** SNOMED CT codes of the specialties that the programme has; empty: all. */
  readonly specialties: readonly string[];
  readonly packet: readonly PacketRule[];
  readonly exclusions: readonly ExclusionRule[];
  readonly languages: {
    /** Language tags that its reviewers read: other documents have to be translated. Empty: all. */
    readonly read: readonly string[];
    /** Who translates what is in another language: the programme, by Tasks, or the home side before it sends. */
    readonly translatedBy: 'programme' | 'home';
    /** The language in which reviewers write. */
    readonly report: string;
    /** Whether the report also comes in the language of the home side. */
    readonly bilingual: boolean;
  };
  readonly report: {
    /** `required`: no report is issued that does not come in sections, as a Composition. */
    readonly sections: 'required' | 'optional';
    /** What each report has to say of itself, by language tag: that it is advice, guarantees nothing, is for no emergency. */
    readonly disclaimer?: Readonly<Record<string, string>>;
  };
  /** Whether an advisor confirms the service before anything is paid or accepted, and until when the first contact is due. */
  readonly confirmation: { readonly required: boolean; readonly firstContact?: Span };
  readonly payment: {
    /** `before-acceptance`: no case is accepted before it is paid, covered or waived. */
    readonly when: 'none' | 'before-acceptance';
    /** Kinds of payers (payer-kind) whose cover is enough. */
    readonly coveredBy: readonly string[];
    /** After that long without payment or cover the case is closed. */
    readonly expires?: Span;
  };
  readonly information: {
    /** Reminders after the request for information was made. */
    readonly remind: readonly Span[];
    /** After that long without an answer the case is closed with `insufficient-records`. */
    readonly expires?: Span;
  };
  readonly clock: {
    /** Who holds the case while the clock stands still. */
    readonly pausedBy: readonly ('home' | 'payer' | 'courier')[];
    /** How long before the due date a warning is given. */
    readonly warn?: Span;
  };
  readonly routing: {
    /** Conditions that go to a specialty other than in the shipped table. */
    readonly conditions: readonly (ConditionCodes & { readonly specialty: string })[];
    /** Whether a reviewer may come from the first doctor's own institution. */
    readonly independent: boolean;
  };
  readonly video: {
    /** Minutes, from and to. */
    readonly minutes: readonly [number, number];
    /** Whether the home doctor sits in. */
    readonly localDoctor: 'required' | 'optional';
    /** Whether a second report follows. */
    readonly summary: boolean;
  };
  /** When a third opinion may be asked for: a new case based on one of this server. */
  readonly thirdOpinion: 'always' | 'only-where-differs' | 'never';
  /** Spans after the report when the home side is asked how the patient has fared; empty: never. */
  readonly followUp: readonly Span[];
  /** Steps (child Tasks) that the programme does not use are refused; absent: all. */
  readonly steps?: readonly TaskKind[];
}
