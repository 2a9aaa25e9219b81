import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRenderer } from '../../src/jobs/index.ts';
import { fontFiles } from '../../src/reports/index.ts';
import { LANGUAGES, letterIn } from '../reports/letters.ts';
import type { Language } from '../reports/letters.ts';
import type { Report } from './report.ts';

/** What was promised of a letter of ten pages. */
const MILLISECONDS = 600;
const MEBIBYTES = 150;
const WARM_LETTERS = 9;
/** Rounds of the sample that make ten pages; Arabic lines are higher. */
const ROUNDS: Readonly<Record<Language, number>> = { en: 7, vi: 7, zh: 7, ar: 6 };

interface Measured {
  readonly pages: number;
  readonly bytes: number;
  /** Milliseconds of the first letter: start of the thread, code and fonts with it. */
  readonly cold: number;
  /** Milliseconds of each later letter in the same thread. */
  readonly warm: readonly number[];
  /** By how much the process had grown at its largest, in mebibytes. */
  readonly growth: number;
}

/**
 * Letters of ten pages and more, each language in a process of its own: how long the first takes and how long the others,
 * and what the process grows by.
 */
export async function proveLetter(report: Report): Promise<void> {
  for (const language of LANGUAGES) {
    const child = fork(fileURLToPath(import.meta.url), [language], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const { pages, bytes, cold, warm, growth } = await measuredBy(child);
    const sorted = warm.toSorted((one, other) => one - other);
    const [median, slowest] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
    report.say(
      `${language}: ${pages} pages, ${Math.round(bytes / 1024)} KiB; cold ${cold.toFixed(0)} ms, warm median ` +
        `${median.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms; the process grew by ${growth.toFixed(0)} MiB`,
    );
    report.check(`${language}: ten pages or more`, pages >= 10);
    report.check(
      `${language}: under ${MILLISECONDS} ms once the thread is there`,
      median < MILLISECONDS,
      `${median} ms`,
    );
    report.check(`${language}: under ${MEBIBYTES} MiB`, growth < MEBIBYTES, `${growth} MiB`);
  }
}

async function measuredBy(child: ChildProcess): Promise<Measured> {
  const [measured] = (await once(child, 'message')) as [Measured];
  return measured;
}

async function measure(language: Language): Promise<Measured> {
  const letter = letterIn(language, ROUNDS[language]);
  const renderer = startRenderer(fontFiles());
  const start = process.memoryUsage.rss();
  const timed = async (): Promise<{ pdf: Uint8Array; took: number }> => {
    const began = performance.now();
    const pdf = await renderer.render(letter);
    return { pdf, took: performance.now() - began };
  };
  const first = await timed();
  let growth = process.memoryUsage.rss() - start;
  const warm: number[] = [];
  for (let count = 0; count < WARM_LETTERS; count++) {
    warm.push((await timed()).took);
    growth = Math.max(growth, process.memoryUsage.rss() - start);
  }
  await renderer.stop();
  const pages =
    Buffer.from(first.pdf)
      .toString('latin1')
      .match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
  return { pages, bytes: first.pdf.length, cold: first.took, warm, growth: growth / 1024 ** 2 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.send?.(await measure(process.argv[2] as Language));
  process.disconnect();
}
