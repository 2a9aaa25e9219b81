/** One finding about a request or a resource; becomes one OperationOutcome.issue. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  /** http://hl7.org/fhir/issue-type, e.g. `structure`, `required`, `value`, `business-rule`. */
  readonly code: string;
  /** The project's own machine-readable key, e.g. `unknown-element`; goes to `details.coding`. */
  readonly key: string;
  /** Readable: what is wrong, and how to mend it. Never holds a value out of a patient's record. */
  readonly text: string;
  /** FHIRPath of the place, e.g. `ServiceRequest.category[1].coding[0].code`. */
  readonly expression?: string;
  /** `Type/id` of the record in which that place is, where it is not the one that is written. */
  readonly record?: string;
  /** A code that is acted on: a lenient organisation is not forgiven it either. */
  readonly firm?: true;
}

/**
 * A refusal: an HTTP status and the issues that explain it. Thrown where a transaction has to be left,
 * and turned into an answer in one place (`http/reply`) and for batch entries in `interactions/bundle`.
 */
export class Fault extends Error {
  readonly status: number;
  readonly issues: readonly Issue[];
  /** Extra response headers, e.g. `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, issues: Issue | readonly Issue[], headers: Readonly<Record<string, string>> = {}) {
    const list = Array.isArray(issues) ? (issues as readonly Issue[]) : [issues as Issue];
    super(list[0]?.key ?? 'fault');
    this.name = 'Fault';
    this.status = status;
    this.issues = list;
    this.headers = headers;
  }
}

/** A Fault with a single error issue. */
export function fault(status: number, code: string, key: string, text: string, expression?: string): Fault {
  return new Fault(status, { severity: 'error', code, key, text, ...(expression === undefined ? {} : { expression }) });
}

/** The one answer for everything that the caller cannot see, whether it exists or not. */
export function notFound(what: string): Fault {
  return fault(404, 'not-found', 'not-found', `${what} is not known here, or not to this caller.`);
}
