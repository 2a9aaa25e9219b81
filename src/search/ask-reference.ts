import { askTexts, isOneElement } from './ask.ts';
import type { Ask, TextCondition } from './ask.ts';
import { askCanonical } from './ask-uri.ts';
import { referenceTargets } from './compile-parameter.ts';
import { shownType } from './emit-reference.ts';
import { hierarchyKeys } from './hierarchy.ts';
import { dateKey } from './keeping.ts';
import { ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, TextMatch } from './query.ts';
import { parseIdentifier, parseReference } from './text-values.ts';

/** Undefined where references do not know the modifier. See http://hl7.org/fhir/R4/search.html#reference. */
export function askReference(ask: Ask): Outcome<Condition> | undefined {
  const { parameter, modifier, target } = ask;
  const targets = target === undefined ? referenceTargets(parameter) : [target];
  if (modifier === undefined) return askTargets(ask, targets, target);
  if (modifier === 'identifier') {
    return askTexts(ask, ask.keys.identifier, (value) => parseIdentifier(parameter.code, value));
  }
  if (modifier === 'above' || modifier === 'below') {
    return isLiteral(ask) ? askHierarchy(ask, targets, modifier) : askCanonical(ask);
  }
  return targets.includes(modifier) ? askTargets(ask, [modifier], modifier) : undefined;
}

/** Rows of canonicals have the version where those of references have the date. */
function isLiteral({ places }: Ask): boolean {
  return places.every(({ type }) => type === 'Reference' || type === 'Resource');
}

/** @param only references that show another type are refused. */
function askTargets(ask: Ask, targets: readonly string[], only?: string): Outcome<Condition> {
  const { setting, type, parameter, keys, target, places } = ask;
  const literal = isLiteral(ask);
  const read = {
    targets,
    relative: setting.relative,
    versioned: !literal,
    ...(only === undefined ? {} : { only }),
  };
  const dated = literal ? dateKey(setting.definitions, type) : undefined;
  const single = literal && keys.value.length === 1 && isOneElement(places);
  const found = askTexts(ask, keys.value, (value) => parseReference(parameter.code, value, read), {
    ...(dated === undefined ? {} : { dated }),
    ...(single ? { single } : {}),
  });
  return found.ok && target !== undefined ? ok(withUnshown(found.value, keys.unshown)) : found;
}

/** References that do not show what they lead to stand under a key of their own (`emitUnshownReference`). */
function withUnshown(condition: TextCondition, unshown: number): Condition {
  const isShown = (match: TextMatch): boolean => 'value' in match && shownType(match.value) !== undefined;
  const [shown, others] = [condition.any.filter(isShown), condition.any.filter((match) => !isShown(match))];
  if (others.length === 0) return condition;
  const apart: Condition = { ...condition, params: [unshown], any: others };
  return shown.length === 0 ? apart : { kind: 'either', conditions: [{ ...condition, any: shown }, apart] };
}

/**
 * References that lead into a hierarchy (`Procedure?location:below=42`), taken together by the types that they may lead
 * to. Undefined where none of these knows parts. See http://hl7.org/fhir/R4/search.html#recursive.
 */
function askHierarchy(
  ask: Ask,
  targets: readonly string[],
  direction: 'above' | 'below',
): Outcome<Condition> | undefined {
  const { setting, parameter, keys } = ask;
  const links = new Map(targets.map((type) => [type, hierarchyKeys(setting.definitions, type)]));
  const ordered = targets.filter((type) => links.get(type) !== undefined);
  if (ordered.length === 0) return undefined;
  const read = { targets: ordered, relative: setting.relative };
  const found = askTexts(ask, keys.value, (value) => parseReference(parameter.code, value, read));
  if (!found.ok) return found;
  const roots = found.value.any.flatMap((match) => ('value' in match ? [match.value] : []));
  const conditions = [...Map.groupBy(roots, (root) => shownType(root) ?? '')].map(([type, ofType]): Condition => {
    const ordering = links.get(type);
    // What has no parts is still what was asked for.
    if (ordering === undefined) return { kind: 'text', params: keys.value, any: ofType.map(equalTo) };
    return { kind: 'tree', params: keys.value, type, links: ordering, roots: ofType, direction };
  });
  return ok(conditions.length === 1 ? conditions[0]! : { kind: 'either', conditions });
}

function equalTo(value: string): TextMatch {
  return { op: 'equal', value };
}
