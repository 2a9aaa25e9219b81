import type { Issue } from '../base/index.ts';

/** A body that is wrong in more places than this is not made clearer by more of them. */
const MAX_ISSUES = 500;

/** What was found in one resource, and where the walk through it stands. The path becomes text only for an issue. */
export class Findings {
  readonly issues: Issue[] = [];
  /** Types of the resources that the present one contains (or is contained beside), by their ids. */
  contained: ReadonlyMap<string, string> = NONE;
  private readonly names: string[] = [];
  private readonly indexes: number[] = [];

  /** Whether more would not be told any more; then looking for them is in vain. */
  get isFull(): boolean {
    return this.issues.length > MAX_ISSUES;
  }

  /** `index` is -1 where the element does not repeat. */
  enter(name: string, index: number): void {
    this.names.push(name);
    this.indexes.push(index);
  }

  leave(): void {
    this.names.pop();
    this.indexes.pop();
  }

  /** Reports an error at the present place, or at the element `name` there (one that FHIR knows, or a plain name). */
  add(code: string, key: string, text: string, name?: string, index = -1): void {
    if (this.isFull) return;
    if (this.issues.length === MAX_ISSUES) {
      const more = `There are more than ${MAX_ISSUES} errors. Mend these and send the resource again.`;
      this.issues.push({ severity: 'error', code: 'too-costly', key: 'too-many-issues', text: more });
      return;
    }
    this.issues.push({ severity: 'error', code, key, text, expression: this.expression(name, index) });
  }

  private expression(name: string | undefined, index: number): string {
    const steps = this.names.map((step, at) => toStep(step, this.indexes[at] ?? -1));
    if (name !== undefined) steps.push(toStep(name, index));
    return steps.join('.');
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

function toStep(name: string, index: number): string {
  return index < 0 ? name : `${name}[${index}]`;
}
