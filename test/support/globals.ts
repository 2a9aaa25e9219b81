/**
 * What tests import from '@jest/globals': `run-file.ts` leads them here. Each file of tests has globals of its own, but
 * modules that it shares with others are loaded once. So what stands here asks for those of the file that is running.
 */
export type Globals = Readonly<Record<string, object>>;

let current: Globals = {};

export function setGlobals(globals: Globals): void {
  current = globals;
}

function globalNamed(name: string): unknown {
  return new Proxy(() => undefined, {
    apply: (_target, _self, given) => Reflect.apply(current[name] as () => unknown, undefined, given) as unknown,
    get: (_target, key) => Reflect.get(current[name]!, key) as unknown,
  });
}

export const afterAll = globalNamed('afterAll');
export const afterEach = globalNamed('afterEach');
export const beforeAll = globalNamed('beforeAll');
export const beforeEach = globalNamed('beforeEach');
export const describe = globalNamed('describe');
export const expect = globalNamed('expect');
export const it = globalNamed('it');
export const jest = globalNamed('jest');
export const test = globalNamed('test');
