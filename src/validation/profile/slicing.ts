import type { Property } from '../../definitions/index.ts';
import { elementName } from '../findings.ts';
import type { Findings } from '../findings.ts';
import { compileMatch } from './discriminators.ts';
import type { Discriminator, Match } from './discriminators.ts';
import type { Compiling, CheckOccurrence, Occurrence } from './engine.ts';
import type { ProfileNode } from './tree.ts';

/** Checks all occurrences of an element; the findings stand at its parent. */
type CheckSlices = (occurrences: readonly Occurrence[], findings: Findings) => void;

interface Slice {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly hint: string;
  readonly test: Match['test'];
  readonly checks: ReadonlyMap<Property, CheckOccurrence>;
  /** Slices of the slice. */
  readonly within: CheckSlices | undefined;
}

const BY_URL: readonly Discriminator[] = [{ type: 'value', path: 'url' }];
const BY_TYPE: readonly Discriminator[] = [{ type: 'type', path: '$this' }];

/** Slicing (http://hl7.org/fhir/R4/profiling.html#slicing) of an element or of a slice; undefined where there is none. */
export function compileSlicing(
  compiling: Compiling,
  node: ProfileNode,
  properties: readonly Property[],
): CheckSlices | undefined {
  if (node.slices.size === 0) return undefined;
  const { slicing } = node.rule ?? {};
  const discriminators = slicing?.discriminator ?? implied(node);
  const slices = [...node.slices.values()].map((slice) => compileSlice(compiling, slice, discriminators, properties));
  const name = elementName(properties[0]!);
  const rules = slicing?.rules ?? 'open';
  const isOrdered = slicing?.ordered === true;
  const { label } = compiling;
  return (occurrences, findings) => {
    const members = slices.map((): Occurrence[] => []);
    let last = -1;
    let hasLoose = false;
    for (const occurrence of occurrences) {
      const at = assign(slices, occurrence, findings);
      if (at < 0) {
        hasLoose = true;
        if (rules === 'closed') report(findings, occurrence, 'slice-not-allowed', refuseLoose(label, name, slices));
        continue;
      }
      members[at]!.push(occurrence);
      const slice = slices[at]!;
      if (rules === 'openAtEnd' && hasLoose) {
        const text = `Profile ${label} wants ${name} that are of no slice at the end. Put slice ${slice.name} before them.`;
        report(findings, occurrence, 'slice-order', text);
      } else if (isOrdered && at < last) {
        const order = slices.map((each) => each.name).join(', ');
        const text = `Profile ${label} wants the slices of ${name} in this order: ${order}. Move slice ${slice.name}.`;
        report(findings, occurrence, 'slice-order', text);
      }
      last = Math.max(last, at);
      checkMember(slice, occurrence, findings);
    }
    slices.forEach((slice, at) => {
      checkCount(label, name, slice, members[at]!.length, findings);
      slice.within?.(members[at]!, findings);
    });
  };
}

function implied({ name }: ProfileNode): readonly Discriminator[] {
  if (name === 'extension' || name === 'modifierExtension') return BY_URL;
  return name.endsWith('[x]') ? BY_TYPE : [];
}

function compileSlice(
  compiling: Compiling,
  slice: ProfileNode,
  discriminators: readonly Discriminator[],
  properties: readonly Property[],
): Slice {
  const matches = discriminators.map((discriminator) => compileMatch(compiling, slice, discriminator));
  const checks = new Map<Property, CheckOccurrence>();
  for (const property of properties) {
    const check = compiling.compileElement(slice, property);
    if (check !== undefined) checks.set(property, check);
  }
  const { min = 0, max = '*' } = slice.rule ?? {};
  return {
    name: slice.slice,
    min,
    max: max === '*' ? Infinity : Number(max),
    hint: matches.length === 0 ? '' : ` whose ${matches.map(({ hint }) => hint).join(' and ')}`,
    test: matches.length === 0 ? conformsWith(checks) : matchAll(matches),
    checks,
    within: compileSlicing(compiling, slice, properties),
  };
}

function matchAll(matches: readonly Match[]): Match['test'] {
  const [only] = matches;
  if (matches.length === 1) return only!.test;
  return (occurrence, findings) => matches.every(({ test }) => test(occurrence, findings));
}

/** Without discriminators, what conforms to a slice is of it. */
function conformsWith(checks: ReadonlyMap<Property, CheckOccurrence>): Match['test'] {
  return (occurrence, findings) => {
    const probe = findings.probe();
    checks.get(occurrence.property)?.(occurrence, probe);
    return !probe.hasErrors;
  };
}

function assign(slices: readonly Slice[], occurrence: Occurrence, findings: Findings): number {
  const at = slices.findIndex(({ name, test }) => name !== '@default' && test(occurrence, findings));
  return at >= 0 ? at : slices.findIndex(({ name }) => name === '@default');
}

function checkMember({ checks }: Slice, occurrence: Occurrence, findings: Findings): void {
  const check = checks.get(occurrence.property);
  if (check === undefined) return;
  findings.enter(occurrence.property, occurrence.index);
  check(occurrence, findings);
  findings.leave();
}

function checkCount(label: string, element: string, slice: Slice, count: number, findings: Findings): void {
  const { name, min, max, hint } = slice;
  if (count < min) {
    const wanted = min === 1 ? 'one' : `at least ${min}`;
    const text = `Profile ${label} needs ${wanted} of slice ${name} of ${element}, and there is ${count === 0 ? 'none' : `only ${count}`}. Add one${hint}.`;
    findings.add('required', 'missing-slice', text, element);
  } else if (count > max) {
    const text = `Profile ${label} allows at most ${max} of slice ${name} of ${element}, and there are ${count}. Leave out those too many${hint}.`;
    findings.add('structure', 'too-many-of-slice', text, element);
  }
}

function report(findings: Findings, { property, index }: Occurrence, key: string, text: string): void {
  findings.enter(property, index);
  findings.add('structure', key, text);
  findings.leave();
}

function refuseLoose(label: string, name: string, slices: readonly Slice[]): string {
  const known = slices.map((slice) => `${slice.name}${slice.hint && ` (${slice.hint.trim()})`}`).join('; ');
  return `Profile ${label} allows only these slices of ${name}: ${known}. Make it one of these, or leave it out.`;
}
