import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { jest } from '@jest/globals';
import './module-hooks.ts';
import { setGlobals } from './globals.ts';
import type { Globals } from './globals.ts';

type Mocks = Pick<typeof jest, 'fn' | 'spyOn' | 'restoreAllMocks'>;

/** The part of a test environment that is used here. */
interface Environment {
  readonly global: { readonly console: Console };
  readonly moduleMocker: Mocks;
}

/** What jest-circus asks of what loads modules. */
interface Loader {
  requireInternalModule(path: string): unknown;
  requireModule(path: string): unknown;
  setGlobalsForRuntime(globals: Globals): void;
  unstable_shouldLoadAsEsm(path: string): boolean;
  unstable_importModule(path: string): Promise<unknown>;
  enterTestCode(): void;
  leaveTestCode(): void;
}

/** https://jestjs.io/docs/configuration#testrunner-string */
type Run<Modules> = (
  globalConfig: unknown,
  config: unknown,
  environment: Environment,
  modules: Modules,
  path: string,
  tell?: unknown,
) => Promise<unknown>;

const require = createRequire(import.meta.url);
const { default: runCircus } = require('jest-circus/runner') as { default: Run<Loader> };

/**
 * Runs a file of tests with jest-circus, as Jest does, but Node itself loads the file and all that it imports: once for
 * all files that a process runs, instead of 600 modules anew, compiled and cold, for each. What modules keep is shared
 * between files, as it is between requests to a server. So tests leave nothing behind that others could see: neither
 * settings of the process nor what they put in place of something (what `jest.spyOn` did is undone here).
 */
export const runFile: Run<unknown> = async (globalConfig, config, environment, _modules, path, tell) => {
  const { global, moduleMocker: mocks } = environment;
  const loader: Loader = {
    requireInternalModule: requireAnew,
    requireModule: require,
    setGlobalsForRuntime: (globals) => setGlobals({ ...globals, jest: pickMocks(mocks) }),
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (module) => import(pathToFileURL(module).href),
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
  };
  // As Node has them, and not as Jest does for what it transforms.
  Error.stackTraceLimit = 10;
  Reflect.deleteProperty(Error, 'prepareStackTrace');
  const { console } = globalThis;
  globalThis.console = global.console;
  try {
    return await runCircus(globalConfig, config, environment, loader, path, tell);
  } finally {
    mocks.restoreAllMocks();
    globalThis.console = console;
  }
};

/** jest-circus keeps the tests of one file in its module, and who listens to them beside it. */
function requireAnew(path: string): unknown {
  delete require.cache[path];
  Reflect.deleteProperty(globalThis, Symbol.for('EVENT_HANDLERS'));
  return require(path);
}

function pickMocks(mocks: Mocks): Mocks {
  return {
    fn: mocks.fn.bind(mocks),
    spyOn: mocks.spyOn.bind(mocks),
    restoreAllMocks: mocks.restoreAllMocks.bind(mocks),
  };
}
