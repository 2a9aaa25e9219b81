/** Codes of `translation-method`. */
export type TranslationMethod = 'human' | 'machine' | 'machine-then-human';

/** All words of a letter in one language: what the reviewer did not write. */
export interface Words {
  /** BCP 47 */
  readonly language: string;
  readonly title: (caseNumber: string) => string;
  /** What the letter is, without whose. */
  readonly subject: string;
  /** At the foot of each page. */
  readonly foot: (caseNumber: string) => string;
  /** With `{page}` and `{pages}`. */
  readonly pageOf: string;
  readonly undrawable: (sign: string) => string;
  readonly shortened: string;
  readonly notNamed: string;
  /** Between the parts of an enumeration. */
  readonly comma: string;
  readonly headings: {
    readonly case: string;
    readonly patient: string;
    readonly referrer: string;
    readonly request: string;
    readonly questions: string;
    readonly attestation: string;
    readonly attachments: string;
  };
  readonly labels: {
    readonly caseNumber: string;
    readonly orderNumber: string;
    readonly requested: string;
    readonly issued: string;
    readonly status: string;
    readonly name: string;
    readonly birthDate: string;
    readonly gender: string;
    readonly identifiers: string;
    /** Before a hospital's own number of the patient. */
    readonly recordNumber: string;
    readonly organisation: string;
    readonly clinician: string;
    readonly contact: string;
    readonly service: string;
    readonly reason: string;
    readonly note: string;
    readonly travel: string;
    readonly goals: string;
    readonly attested: string;
    /** In place of `attested`, of who attested the report that this one is a translation of. */
    readonly attestedOriginal: string;
  };
  /** DiagnosticReport.status */
  readonly statuses: Readonly<Record<string, string>>;
  /** AdministrativeGender */
  readonly genders: Readonly<Record<string, string>>;
  /** Codes of `report-section`. */
  readonly sections: Readonly<Record<string, string>>;
  /** Of a report without sections of its own. */
  readonly findings: string;
  readonly codedConclusion: string;
  /** Codes of `second-opinion-service`. */
  readonly services: Readonly<Record<string, string>>;
  /** Codes of `difference-aspect`. */
  readonly aspects: Readonly<Record<string, string>>;
  /** Codes of `concordance`. */
  readonly concordances: Readonly<Record<string, string>>;
  /** Codes of `travel-advice`. */
  readonly travel: Readonly<Record<string, string>>;
  readonly differences: {
    readonly caption: string;
    readonly head: readonly [aspect: string, first: string, second: string, difference: string];
    /** Where one of the two opinions says nothing. */
    readonly none: string;
  };
  readonly estimate: {
    readonly caption: string;
    readonly item: string;
    readonly quantity: string;
    readonly unitPrice: (currency: string) => string;
    readonly amount: (currency: string) => string;
    readonly total: string;
  };
  /** What records of a type are called. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Codes of `packet-document-kind`. */
  readonly documents: Readonly<Record<string, string>>;
  /** Codes of `consent-purpose`. */
  readonly consents: Readonly<Record<string, string>>;
  readonly undated: string;
  /** Between what a record is and what it says: `: `. */
  readonly colon: string;
  /** Behind what a document is, where it is a translation of another one; `language` by its name, where it is known. */
  readonly translation: (language: string | undefined) => string;
  /** Said of a report that is a translation; `language` of the original, where it is known. */
  readonly translatedReport: (language: string | undefined) => string;
  /** Who translated a report and how, a code of `translation-method`; who is undefined where nobody is named. */
  readonly translatedBy: (who: string | undefined, method: TranslationMethod) => string;
  /** Said of a report that was issued before: its address, and the day of its issue, where it is known. */
  readonly replaces: (document: string, issued: string | undefined) => string;
  readonly appends: (document: string, issued: string | undefined) => string;
  readonly disclaimer: readonly [advisory: string, noEmergency: string];
  readonly verification: {
    readonly heading: string;
    readonly text: string;
    readonly digestLabel: string;
  };
}
