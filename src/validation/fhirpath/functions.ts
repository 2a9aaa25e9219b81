import { distinct, isSubset, selectMembers } from './collections.ts';
import type { Expression } from './parse.ts';
import { fromTruth, single, truth } from './operators.ts';
import { childrenOf, compileStep } from './navigate.ts';
import { program, spend } from './program.ts';
import type { Place, Program, Run, Scope } from './program.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';
import { ExpressionError } from './tokens.ts';
import { compileIs, narrowTo } from './types.ts';
import { EMPTY, FALSE, TRUE, isObject, plain } from './values.ts';
import type { Items } from './values.ts';

type CompileFunction = (place: Place, target: Program, args: readonly Expression[]) => Program;

/** `target.name(args)`. Throws ExpressionError for a function that is not compiled here. */
export function compileCall(
  place: Place,
  name: string,
  target: Program | undefined,
  args: readonly Expression[],
): Program {
  const self: Program = target ?? program((item) => (item === undefined ? EMPTY : [item]), place.type);
  const compile = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (compile !== undefined) return compile(place, self, args);
  const text = Object.hasOwn(TEXT_FUNCTIONS, name) ? TEXT_FUNCTIONS[name] : undefined;
  if (text === undefined) throw new ExpressionError(`The function ${name} is not compiled`);
  return text(
    self,
    args.map((each) => place.compile(each, place.type)),
    args,
  );
}

/** A function of the whole collection without arguments. */
function onItems(answer: (items: Items, scope: Scope) => Items, type?: string): CompileFunction {
  return (_place, { run }) => program((item, scope) => answer(run(item, scope), scope), type);
}

/** One that keeps some of the items. */
function keeping(answer: (items: Items, scope: Scope) => Items): CompileFunction {
  return (_place, target) => ({ ...target, run: (item, scope) => answer(target.run(item, scope), scope) });
}

/** One that asks an expression of each item in turn. */
function onEach(answer: (items: Items, ask: (item: unknown) => Items) => Items): CompileFunction {
  return (place, target, args) => {
    const criterion = compileArgument(place, target, args);
    return program((item, scope) => answer(target.run(item, scope), asking(criterion, scope)), undefined);
  };
}

function asking(criterion: Run, scope: Scope): (item: unknown) => Items {
  const outer = scope.index;
  let index = 0;
  return (item) => {
    spend(scope, 1);
    scope.index = index++;
    const answer = criterion(item, scope);
    scope.index = outer;
    return answer;
  };
}

function compileArgument(place: Place, target: Program, args: readonly Expression[]): Run {
  const [criterion] = args;
  if (criterion === undefined) throw new ExpressionError('The function needs a criterion');
  return place.compile(criterion, target.type).run;
}

/** One with a second collection. */
function withOther(answer: (items: Items, other: Items, scope: Scope) => Items): CompileFunction {
  return (place, target, args) => {
    const [argument] = args;
    if (argument === undefined) throw new ExpressionError('The function needs an argument');
    const other = place.compile(argument, place.type).run;
    return { ...target, run: (item, scope) => answer(target.run(item, scope), other(item, scope), scope) };
  };
}

function sliceOf(items: Items, start: number, scope: Scope): Items {
  spend(scope, items.length);
  return items.slice(start);
}

function every(items: Items, value: boolean): Items {
  return items.every((item) => plain(item) === value) ? TRUE : FALSE;
}

function some(items: Items, value: boolean): Items {
  return items.some((item) => plain(item) === value) ? TRUE : FALSE;
}

function descend(items: Items, scope: Scope): Items {
  const found: unknown[] = [];
  const open = [...items].reverse();
  while (open.length > 0) {
    const children = childrenOf(open.pop());
    for (const child of children) {
      spend(scope, 1);
      found.push(child);
    }
    for (let at = children.length - 1; at >= 0; at--) open.push(children[at]);
  }
  return found;
}

const where: CompileFunction = (place, target, args) => {
  const criterion = compileArgument(place, target, args);
  const { run } = target;
  return {
    ...target,
    run: (item, scope) => {
      const items = run(item, scope);
      if (items.length === 0) return EMPTY;
      const ask = asking(criterion, scope);
      return items.filter((each) => truth(ask(each)) === true);
    },
  };
};

const exists: CompileFunction = (place, target, args) => {
  const { run } = args.length === 0 ? target : where(place, target, args);
  return program((item, scope) => (run(item, scope).length > 0 ? TRUE : FALSE));
};

const select: CompileFunction = (place, target, args) => {
  const [projection] = args;
  if (projection === undefined) throw new ExpressionError('select needs a projection');
  const projected = place.compile(projection, target.type);
  return {
    ...projected,
    run: (item, scope) => {
      const items = target.run(item, scope);
      const ask = asking(projected.run, scope);
      return items.length === 0 ? EMPTY : items.flatMap((each) => ask(each));
    },
  };
};

const repeat: CompileFunction = (place, target, args) => {
  const [projection] = args;
  if (projection === undefined) throw new ExpressionError('repeat needs a projection');
  const { run } = place.compile(projection, undefined);
  return program((item, scope) => {
    const found = new Set<unknown>();
    const open = [...target.run(item, scope)];
    // What is pushed is walked over, too.
    for (const next of open) {
      for (const each of run(next, scope)) {
        spend(scope, 1);
        if (found.has(each)) continue;
        found.add(each);
        open.push(each);
      }
    }
    return [...found];
  });
};

const iif: CompileFunction = (place, target, args) => {
  const [condition, then, otherwise] = args;
  if (condition === undefined || then === undefined) throw new ExpressionError('iif needs a condition and a result');
  // What iif is called on is $this to its arguments: an item, or nothing.
  const [test, yes, no] = [condition, then, otherwise].map((each) =>
    each === undefined ? undefined : place.compile(each, target.type),
  );
  return program((item, scope) => {
    const self = single(target.run(item, scope));
    return truth(test!.run(self, scope)) === true ? yes!.run(self, scope) : (no?.run(self, scope) ?? EMPTY);
  });
};

const extension: CompileFunction = (place, target, args) => {
  const [url] = args;
  if (url === undefined) throw new ExpressionError('extension needs a url');
  const wanted = place.compile(url, place.type).run;
  const step = compileStep(place.definitions, undefined, 'extension').run;
  return program((item, scope) => {
    const text = plain(single(wanted(item, scope)));
    return target
      .run(item, scope)
      .flatMap((each) => step(each, scope))
      .filter((each) => isObject(each) && each['url'] === text);
  }, 'Extension');
};

const resolve: CompileFunction = (_place, target) =>
  program((item, scope) =>
    target.run(item, scope).flatMap((each) => {
      const value = plain(each);
      const reference = isObject(value) ? value['reference'] : value;
      const found = typeof reference === 'string' ? scope.resolve(reference) : undefined;
      return found === undefined ? [] : [found];
    }),
  );

const typeOf = (args: readonly Expression[]): string => {
  const [type] = args;
  if (type?.kind !== 'member') throw new ExpressionError('Here belongs the name of a type');
  return type.name;
};

/** A question to the terminology or the profiles, which may not know. */
function asked(answer: (item: unknown, text: string, scope: Scope) => boolean | undefined): CompileFunction {
  return (place, target, args) => {
    const [argument] = args;
    if (argument === undefined) throw new ExpressionError('The function needs a URL');
    const url = place.compile(argument, place.type).run;
    return program((item, scope) => {
      const items = target.run(item, scope);
      if (items.length === 0) return EMPTY;
      return fromTruth(answer(single(items), String(plain(single(url(item, scope)))), scope));
    });
  };
}

const FUNCTIONS: Readonly<Record<string, CompileFunction>> = {
  exists,
  where,
  select,
  repeat,
  iif,
  extension,
  resolve,
  empty: onItems((items) => (items.length === 0 ? TRUE : FALSE)),
  not: onItems((items) => {
    const value = truth(items);
    return fromTruth(value === undefined ? undefined : !value);
  }),
  count: onItems((items) => [items.length]),
  distinct: keeping(distinct),
  isDistinct: onItems((items, scope) => (distinct(items, scope).length === items.length ? TRUE : FALSE)),
  first: keeping((items) => items.slice(0, 1)),
  last: keeping((items) => items.slice(-1)),
  tail: keeping((items, scope) => sliceOf(items, 1, scope)),
  single: keeping((items) => {
    single(items);
    return items;
  }),
  skip: withOther((items, [count], scope) => sliceOf(items, Math.max(0, Number(plain(count))), scope)),
  take: withOther((items, [count]) => items.slice(0, Math.max(0, Number(plain(count))))),
  all: onEach((items, ask) => (items.every((item) => truth(ask(item)) === true) ? TRUE : FALSE)),
  allTrue: onItems((items) => every(items, true)),
  allFalse: onItems((items) => every(items, false)),
  anyTrue: onItems((items) => some(items, true)),
  anyFalse: onItems((items) => some(items, false)),
  subsetOf: withOther((items, other, scope) => (isSubset(items, other, scope) ? TRUE : FALSE)),
  supersetOf: withOther((items, other, scope) => (isSubset(other, items, scope) ? TRUE : FALSE)),
  intersect: withOther((items, other, scope) => distinct(selectMembers(items, other, scope, true), scope)),
  exclude: withOther((items, other, scope) => selectMembers(items, other, scope, false)),
  union: withOther((items, other, scope) => distinct([...items, ...other], scope)),
  combine: withOther((items, other) => [...items, ...other]),
  trace: keeping((items) => items),
  children: onItems((items) => items.flatMap(childrenOf)),
  descendants: onItems(descend),
  hasValue: onItems((items) => {
    if (items.length !== 1) return FALSE;
    const value = plain(items[0]);
    return value !== undefined && typeof value !== 'object' ? TRUE : FALSE;
  }),
  getValue: keeping((items) => (items.length === 1 && plain(items[0]) !== undefined ? [plain(items[0])] : EMPTY)),
  ofType: (place, target, args) => narrowTo(place.definitions, target, typeOf(args)),
  as: (place, target, args) => narrowTo(place.definitions, target, typeOf(args)),
  is: (place, target, args) => compileIs(place.definitions, target, typeOf(args)),
  conformsTo: asked((item, profile, scope) => scope.conforms?.(item, profile)),
  memberOf: asked((item, valueSet, scope) => scope.isMember?.(item, valueSet)),
  // The primitive type itself is checked to the letter wherever it stands.
  htmlChecks: onItems(() => TRUE),
};
