/** Runs in a thread of its own, started by render-aside: renders each letter that it is sent and posts its bytes. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { renderLetter } from '../reports/pdf/index.ts';
import type { FontFiles, FontName } from '../reports/pdf/index.ts';
import type { RenderAnswer, RenderOrder } from './render-aside.ts';

const files = workerData as FontFiles;
const fonts = new Map<FontName, Uint8Array>();

/** Only what a letter needs: some are 8 MB. */
function readFont(name: FontName): Uint8Array {
  const bytes = fonts.get(name) ?? readFileSync(files[name]);
  fonts.set(name, bytes);
  return bytes;
}

async function answer({ letter }: RenderOrder): Promise<RenderAnswer> {
  try {
    return { pdf: await renderLetter(letter, readFont) };
  } catch (error) {
    return { error: error as Error };
  }
}

parentPort?.on('message', (order: RenderOrder) => void answer(order).then((told) => parentPort?.postMessage(told)));
