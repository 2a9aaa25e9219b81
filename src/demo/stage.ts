import type { Clock } from '../base/index.ts';
import { EHR } from './cast.ts';
import type { CastClient } from './cast.ts';
import type { Bundle, OperationOutcome, Resource } from './fhir.ts';
import type { Narrator, Told } from './narrator.ts';
import type { HomeEhr, Partner } from './parties.ts';

/** All that the chapters play with. */
export interface Stage {
  readonly narrator: Narrator;
  readonly clock: Clock;
  readonly ehr: HomeEhr;
  readonly coordinator: Partner;
  readonly reviewer: Partner;
  readonly stranger: Partner;
}

/** An answer other than the story has it: the demo ends there. */
export class StoryBroken extends Error {}

/** Tells a call and gives its answer: the caller knows what a server that keeps to the story answers. @throws StoryBroken when the status is another than `expected`. */
export function tell(
  { narrator }: Pick<Stage, 'narrator'>,
  { name }: CastClient,
  told: Told,
  expected = 200,
  asked = 1,
): unknown {
  const fine = told.status === expected;
  narrator.call(name, told, fine, asked);
  if (fine) return told.body;
  throw new StoryBroken(
    `${told.method} ${told.url} was answered with ${told.status} instead of ${expected}. ${wordsOf(told.body)}`.trim(),
  );
}

const PAUSE_MS = 150;
const PATIENCE_MS = 30_000;

/**
 * Asks again and again until the answer is as wanted, and tells the last time alone.
 * @throws StoryBroken when it takes longer than half a minute, or an answer is none.
 */
export async function tellWhen<T extends Resource>(
  stage: Stage,
  who: CastClient,
  ask: () => Promise<Told>,
  wanted: (answer: T) => boolean,
): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (let asked = 1; ; asked++) {
    const told = await ask();
    if (told.status !== 200 || wanted(told.body as T)) return tell(stage, who, told, 200, asked) as T;
    if (performance.now() > until) {
      throw new StoryBroken(`${told.url} did not answer as the story has it within ${PATIENCE_MS / 1000} s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** What the home EHR finds with a search, through fhir-kit-client. */
export async function ehrSearch(
  stage: Stage,
  resourceType: string,
  searchParams: Record<string, string | string[]>,
): Promise<Bundle> {
  const told = await stage.ehr.ask((client) => client.search({ resourceType, searchParams }));
  return tell(stage, EHR, told) as Bundle;
}

/** What an OperationOutcome says, and of which place. */
export function wordsOf(body: unknown): string {
  const { issue = [] } = (body ?? {}) as Partial<OperationOutcome>;
  return issue.map(({ details, expression = [] }) => [...expression, details?.text ?? ''].join(': ')).join(' ');
}
