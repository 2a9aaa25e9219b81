import { localReference, markSubsetted } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';

/**
 * What a view shows of an element: undefined where nothing. Views are made of what is named, so that what nobody thought
 * of (extensions, narrative, contained resources, elements of a later release) is not in them.
 */
export type Keep = (value: unknown) => unknown;

/** Elements by their names in JSON. */
export type Shown = Readonly<Record<string, Keep>>;

/** A primitive as it is. Not for texts that people write, of which nobody knows what they say. */
export const plain: Keep = (value) => (typeof value === 'object' && !JSON.isRawJSON(value) ? undefined : value);

/** Of an element those that are named; of a repeating one those of each. What is left empty goes. */
export function elements(shown: Shown): Keep {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const kept = Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
      const keep = Object.hasOwn(shown, name) ? shown[name] : undefined;
      const left = keep && each(keep, item);
      return left === undefined ? [] : [[name, left] as const];
    });
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };
}

function each(keep: Keep, value: unknown): unknown {
  if (!Array.isArray(value)) return keep(value);
  const left = value.map(keep).filter((item) => item !== undefined);
  return left.length === 0 ? undefined : left;
}

/** A Coding by its code, without what somebody calls it. */
export const coding = elements({ system: plain, version: plain, code: plain });

/** A CodeableConcept by its codes. */
export const concept = elements({ coding });

/** A CodeableConcept by its codes of one system; of `codes` only, where these are named. */
export function conceptOf(system: string, codes?: ReadonlySet<string>): Keep {
  return conceptBy((named, code) => named === system && (codes === undefined || codes.has(code)));
}

/** A CodeableConcept by its codes of these systems. */
export function conceptIn(systems: ReadonlySet<string>): Keep {
  return conceptBy((system) => systems.has(system));
}

function conceptBy(isShown: (system: string, code: string) => boolean): Keep {
  const named = elements({ system: plain, code: plain });
  return elements({
    coding: (value) => {
      const { system, code } = (value ?? {}) as { readonly system?: unknown; readonly code?: unknown };
      return isShown(String(system), String(code)) ? named(value) : undefined;
    },
  });
}

/** Whichever of these leaves something, the first. */
export function oneOf(...keeps: readonly Keep[]): Keep {
  return (value) => {
    for (const keep of keeps) {
      const left = keep(value);
      if (left !== undefined) return left;
    }
    return undefined;
  };
}

/** A Reference to a record of this server of one of these types, without what it is called. */
export function reference(...types: readonly string[]): Keep {
  return elements({ reference: literal(types) });
}

/** The same with the identifier by which a party or a policy is known elsewhere. */
export function known(...types: readonly string[]): Keep {
  return elements({ reference: literal(types), identifier });
}

function literal(types: readonly string[]): Keep {
  return (value) => {
    const ref = localReference(value);
    return ref !== undefined && types.includes(ref.slice(0, ref.indexOf('/'))) ? ref : undefined;
  };
}

export const period = elements({ start: plain, end: plain });
export const money = elements({ value: plain, currency: plain });
/** The unit by its code. */
export const quantity = elements({ value: plain, comparator: plain, system: plain, code: plain });
export const identifier = elements({ use: plain, type: concept, system: plain, value: plain, period });

/** A record as a view shows it: which record and version it is, that it is not whole, and what is named. */
export function viewOf({ resourceType, id, meta, ...rest }: Resource, shown: Shown): Resource {
  const { versionId, lastUpdated } = meta ?? {};
  const kept = elements(shown)(rest) as Readonly<Record<string, unknown>> | undefined;
  return markSubsetted({
    resourceType,
    ...(id === undefined ? {} : { id }),
    meta: { ...(versionId === undefined ? {} : { versionId }), ...(lastUpdated === undefined ? {} : { lastUpdated }) },
    ...kept,
  });
}
