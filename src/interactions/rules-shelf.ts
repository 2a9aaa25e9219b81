import { NO_RULES, readRules } from '../cases/index.ts';
import type { ProgrammeRules } from '../cases/index.ts';
import { currentRevisions, readProgrammeRules } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';

/** The rules of the programmes, as they are needed. */
export interface RulesShelf {
  /** The rules by which a case that is opened now goes; revision 0: the programme has given none. */
  current(on: Queryable, programme: string): Promise<{ readonly revision: number; readonly rules: ProgrammeRules }>;
  /** The rules under one revision, which never change. */
  at(on: Queryable, programme: string, revision: number): Promise<ProgrammeRules>;
}

/** How long the list of revisions is taken for current, in ms: it changes by the command line, a few times a year. */
const CURRENT_MS = 2000;
/** Revisions that are held; more programmes than that are read again and again. */
const HELD = 200;

/** Keeps what was read: a revision never changes, so that no other process can make it stale. */
export function createRulesShelf(): RulesShelf {
  const held = new Map<string, ProgrammeRules>();
  let revisions = new Map<string, number>();
  let readAt = -Infinity;

  async function at(on: Queryable, programme: string, revision: number): Promise<ProgrammeRules> {
    if (revision === 0) return NO_RULES;
    const key = `${programme} ${revision}`;
    const known = held.get(key);
    if (known !== undefined) return known;
    const text = await readProgrammeRules(on, programme, revision);
    if (text === undefined) throw new Error(`revision ${revision} of the rules of a programme is missing`);
    const rules = readRules(text);
    if (held.size >= HELD) held.clear();
    held.set(key, rules);
    return rules;
  }

  return {
    at,
    async current(on, programme) {
      if (performance.now() - readAt > CURRENT_MS) {
        const rows = await currentRevisions(on);
        revisions = new Map(rows.map(({ organization, revision }) => [organization, revision]));
        readAt = performance.now();
      }
      const revision = revisions.get(programme) ?? 0;
      return { revision, rules: await at(on, programme, revision) };
    },
  };
}
