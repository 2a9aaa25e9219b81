import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** To be imported before what it changes is loaded. */

const GLOBALS = new URL('./globals.ts', import.meta.url).href;
/** Keeps what each runner was started with, for ever: of a process that starts a hundred servers, all of them. */
const KEEPS_RUNNERS = '/graphile-worker/dist/taskIdentifiers.js';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!url.endsWith(KEEPS_RUNNERS)) return loaded;
    const source = readFileSync(new URL(url), 'utf8');
    const mended = source.replace('cacheByOptions = new Map()', 'cacheByOptions = new WeakMap()');
    if (mended === source) throw new Error(`${url} is another one now: what it keeps of runners has to be looked at.`);
    return { ...loaded, source: mended };
  },
});
