import { existsSync, readdirSync } from 'node:fs';
import type { Issue } from '../../src/base/index.ts';
import { compileValidator } from '../../src/validation/index.ts';
import type { StructureDefinition } from '../../src/definitions/index.ts';
import { definitions } from '../definitions/r4.ts';
import { structures } from '../profiles/guide.ts';
import { terminology } from '../profiles/validator.ts';
import { readInvented, readJson, readPublished } from './mutate-definitions.ts';
import type { Tree } from './mutate-definitions.ts';
import { KINDS } from './mutate-faults.ts';
import type { Mutant } from './mutate-faults.ts';
import { mutate } from './mutate-kinds.ts';
import type { Report } from './report.ts';

/** The share of mutants that has to be caught. */
const GOAL = 0.98;
const MIN_TYPES = 15;
/** Of each type among the records of patients: more say the same again. */
const RECORDS_A_TYPE = 4;

const EXAMPLES = new URL('../../profiles/examples/valid/', import.meta.url);
/** Synthetic records of whole patients, where they lie beside the project. */
const RECORDS = new URL('../../../shared/inputs/', import.meta.url);
const BY_HAND = new URL('mutate-seeds.json', import.meta.url);

/** The server's validator, which knows the guide and the invented profiles. */
const validate = compileValidator(definitions, terminology, [
  ...structures,
  ...(readInvented() as unknown as StructureDefinition[]),
]);

interface Seed {
  readonly name: string;
  readonly resource: Tree;
}

interface Tally {
  mutants: number;
  caught: number;
  /** Of those caught: told where the fault is, or in the element around it. */
  located: number;
}

/** Resources that are right, each made wrong in one place after the other: the validator has to refuse every one. */
export async function proveMutants(report: Report): Promise<void> {
  const published = readPublished();
  const seeds = readSeeds();
  const [byKind, byType] = [new Map<string, Tally>(), new Map<string, Tally>()];
  const total = tallyOf(new Map(), 'all');
  const misses: string[] = [];
  const refused: string[] = [];
  for (const { name, resource } of seeds) {
    if (findErrors(resource).length > 0) refused.push(name);
    for (const mutant of mutate(published, resource)) {
      const errors = findErrors(mutant.resource).filter(({ key }) => key === (mutant.key ?? key));
      const isLocated = errors.some(({ expression }) => isAround(mutant.place, expression ?? ''));
      for (const tally of [total, tallyOf(byKind, mutant.kind), tallyOf(byType, mutant.type)]) {
        tally.mutants += 1;
        if (errors.length > 0) tally.caught += 1;
        if (isLocated) tally.located += 1;
      }
      if (errors.length === 0) misses.push(describe(name, mutant));
    }
  }
  report.say(table('kind', new Map(KINDS.map((kind) => [kind, tallyOf(byKind, kind)]))));
  report.say(table('type', new Map([...byType].sort(([a], [b]) => (a < b ? -1 : 1)))));
  report.say(table('', new Map([['all', total]])));
  for (const miss of misses) report.say(`missed: ${miss}`);
  report.check(`${seeds.length} seeds: none refused`, refused.length === 0, refused.join(', '));
  report.check(`of ${byType.size} types, at least ${MIN_TYPES}`, byType.size >= MIN_TYPES);
  const absent = KINDS.filter((kind) => tallyOf(byKind, kind).mutants === 0);
  report.check('mutants of every kind', absent.length === 0, absent.join(', '));
  const weak = KINDS.filter((kind) => tallyOf(byKind, kind).caught < GOAL * tallyOf(byKind, kind).mutants);
  report.check(`of every kind at least ${percent(GOAL)} caught`, weak.length === 0, weak.join(', '));
  report.check(
    `${total.caught} of ${total.mutants} mutants caught, at least ${percent(GOAL)}`,
    total.caught >= GOAL * total.mutants,
    percent(total.caught / total.mutants),
  );
}

function findErrors(resource: unknown): Issue[] {
  return validate(resource).filter(({ severity }) => severity === 'error' || severity === 'fatal');
}

/** Whether the error is at the place, below it, or at the element that it is in. */
function isAround(place: string, expression: string): boolean {
  const parent = place.replace(/\.[^.]*$/, '');
  return expression === parent || expression.startsWith(place.replace(/\[\d+\]$/, ''));
}

function readSeeds(): Seed[] {
  const seeds = (readJson(BY_HAND) as Tree[]).map(toSeed);
  for (const file of readdirSync(EXAMPLES).sort()) seeds.push(toSeed(readJson(new URL(file, EXAMPLES)) as Tree));
  return [...seeds, ...readRecords()];
}

/** Some of each type among the records of patients, from all over them; those that the validator finds wrong are not seeds. */
function readRecords(): Seed[] {
  if (!existsSync(RECORDS)) return [];
  const byType = new Map<string, Tree[]>();
  for (const file of readdirSync(RECORDS).sort()) {
    if (!file.endsWith('.json')) continue;
    for (const { resource } of (readJson(new URL(file, RECORDS)) as { entry: { resource: Tree }[] }).entry) {
      const type = String(resource['resourceType']);
      byType.set(type, [...(byType.get(type) ?? []), resource]);
    }
  }
  return [...byType.values()].flatMap((all) => {
    const right = all.filter((resource) => findErrors(resource).length === 0);
    const step = Math.max(1, Math.floor(right.length / RECORDS_A_TYPE));
    return right
      .filter((_, n) => n % step === 0)
      .slice(0, RECORDS_A_TYPE)
      .map(toSeed);
  });
}

function toSeed(resource: Tree): Seed {
  return { name: `${String(resource['resourceType'])}/${String(resource['id'])}`, resource };
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (tally === undefined) tallies.set(name, (tally = { mutants: 0, caught: 0, located: 0 }));
  return tally;
}

function describe(seed: string, { kind, place, rule }: Mutant): string {
  return `${seed}: ${kind} at ${place}: ${rule}`;
}

function table(head: string, tallies: ReadonlyMap<string, Tally>): string {
  const lines = [...tallies].map(([name, { mutants, caught, located }]) =>
    row(name, mutants, caught, percent(caught / mutants), percent(located / mutants)),
  );
  return [row(head, 'mutants', 'caught', '', 'located'), ...lines, ''].join('\n');
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return `${name.padEnd(24)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
