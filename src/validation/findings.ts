import type { Issue } from '../base/index.ts';
import type { Property } from '../definitions/index.ts';
import { isActedOn } from './acted-on.ts';
import type { BundleEntries } from './bundle-entries.ts';
import { isContainedReference } from './tree.ts';

/** A body that is wrong in more places than this is not made clearer by more of them. */
const MAX_ISSUES = 500;
/** Warnings and information beyond this are dropped without a word: they refuse nothing. */
const MAX_NOTES = 200;
/** What the rules of one resource may walk over together: less than a second's work, and more than honest ones need. */
const MAX_WALKED = 5_000_000;
/** What a character of a unit of UCUM counts for. */
const WALKED_BY_UNIT = 10;

/** What the walk stands at: a property, or at the very top a resource type. */
export type Step = Pick<Property, 'name' | 'choice' | 'path' | 'type'> & Partial<Pick<Property, 'modifier'>>;

/** What was found in one resource, and where the walk through it stands. The path becomes text only for an issue. */
export class Findings {
  readonly issues: Issue[] = [];
  /** Types of the resources that the present one contains (or is contained beside), by their ids. */
  contained: ReadonlyMap<string, string> = NONE;
  /** The innermost resource that the walk is in, and the one that contains it (or the same). */
  resource: unknown;
  rootResource: unknown;
  /** The entries of the Bundle that the walk is in. */
  bundle: BundleEntries | undefined;
  /** Values by the profiles that they are being checked against, or what came of it: circles end, nothing is done twice. */
  private verdicts = new Map<unknown, Map<string, boolean>>();
  /** What rules have walked over so far, and the units that were read, here and in probes. */
  private walked = { items: 0, units: new Set<string>() };
  /** URLs of extensions that are not known here and have been told. */
  readonly unknownUrls = new Set<unknown>();
  /** Whether the element lacks what it needs; then a rule that comes to no answer does so for that reason. */
  isIncomplete = false;
  private readonly steps: Step[] = [];
  private readonly indexes: number[] = [];
  errorCount = 0;
  private isCostly = false;

  /** Whether more would not be told any more; then looking for them is in vain. */
  get isFull(): boolean {
    return this.errorCount > MAX_ISSUES;
  }

  get hasErrors(): boolean {
    return this.errorCount > 0;
  }

  /** `index` is -1 where the element does not repeat. */
  enter(step: Step, index: number): void {
    this.steps.push(step);
    this.indexes.push(index);
  }

  leave(): void {
    this.steps.pop();
    this.indexes.pop();
  }

  /** The element that the walk is in. */
  get step(): Step | undefined {
    return this.steps.at(-1);
  }

  /** The resource behind a reference, where it is at hand: contained, or another entry. */
  resolve(reference: string): unknown {
    if (!isContainedReference(reference)) return this.bundle?.find(reference, this.rootResource);
    const { contained } = (this.rootResource ?? {}) as { contained?: unknown };
    if (reference === '#') return this.rootResource;
    const id = reference.slice(1);
    return Array.isArray(contained) ? contained.find((each: { id?: unknown } | null) => each?.id === id) : undefined;
  }

  /** A place to try something out: it knows what this one knows, and tells nobody. */
  probe(): Findings {
    const probe = new Findings();
    probe.contained = this.contained;
    probe.resource = this.resource;
    probe.rootResource = this.rootResource;
    probe.bundle = this.bundle;
    probe.verdicts = this.verdicts;
    probe.walked = this.walked;
    return probe;
  }

  /** What is known of a value and a profile; while it is being found out, that it conforms. */
  verdictsOn(value: unknown): Map<string, boolean> {
    let verdicts = this.verdicts.get(value);
    if (verdicts === undefined) this.verdicts.set(value, (verdicts = new Map<string, boolean>()));
    return verdicts;
  }

  /** Whether a rule may still be tried. The first that may not is told. */
  mayAsk(): boolean {
    if (this.walked.items <= MAX_WALKED) return true;
    if (!this.isCostly) {
      const text = 'Its rules take too much work, because of how much it has in one place. Send it in smaller parts.';
      this.add('too-costly', 'too-costly', text);
    }
    this.isCostly = true;
    return false;
  }

  /** Whether a unit may still be read; each is charged for once. */
  mayRead(unit: string): boolean {
    if (this.walked.units.has(unit)) return true;
    if (!this.mayAsk()) return false;
    this.walked.units.add(unit);
    this.charge(unit.length * WALKED_BY_UNIT);
    return true;
  }

  charge(items: number): void {
    this.walked.items += items;
  }

  /** Reports an error at the present place, or at the element `name` there (one that FHIR knows, or a plain name). */
  add(code: string, key: string, text: string, name?: string, index = -1): void {
    if (this.isFull) return;
    this.errorCount += 1;
    if (this.errorCount > MAX_ISSUES) {
      const more = `There are more than ${MAX_ISSUES} errors. Mend these and send the resource again.`;
      this.issues.push({ severity: 'error', code: 'too-costly', key: 'too-many-issues', text: more });
      return;
    }
    const issue: Issue = { severity: 'error', code, key, text, expression: this.expression(name, index) };
    this.issues.push(
      code === 'code-invalid' && name === undefined && isActedOn(this.step) ? { ...issue, firm: true } : issue,
    );
  }

  /** Reports what refuses nothing. */
  note(severity: 'warning' | 'information', code: string, key: string, text: string, name?: string, index = -1): void {
    if (this.issues.length - this.errorCount >= MAX_NOTES) return;
    this.issues.push({ severity, code, key, text, expression: this.expression(name, index) });
  }

  private expression(name: string | undefined, index: number): string {
    const steps = this.steps.map((step, at) => toStep(elementName(step), this.indexes[at] ?? -1));
    if (name !== undefined) steps.push(toStep(name, index));
    return steps.join('.');
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

/** FHIRPath knows `valueQuantity` as `value`. */
export function elementName({ name, choice }: Pick<Property, 'name' | 'choice'>): string {
  return choice === undefined ? name : choice.slice(0, -3);
}

function toStep(name: string, index: number): string {
  return index < 0 ? name : `${name}[${index}]`;
}
