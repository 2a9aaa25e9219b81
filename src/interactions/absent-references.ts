import { Fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { permitOf } from '../access/index.ts';
import { localReference, parseStored, rewriteReferences, splitReference } from '../fhir/index.ts';
import { findStanding } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';
import type { Committed } from './commit.ts';
import type { Context, House } from './house.ts';
import { isWrapper } from './wrappers.ts';

/** Of one record at most: an answer may be about thousands of them. */
const MAX_REMARKS = 20;

interface Reference {
  readonly place: string;
  /** `Type/id`; undefined for a name that only a Bundle could give a meaning. */
  readonly ref: string | undefined;
}

/**
 * What there is to say about references in what was written that lead nowhere: they are kept, as what they lead to may
 * come later, or not be for the caller's eyes, which makes no difference here. Asks once for all that was noted, and is to
 * be used only where the answer shows it.
 */
export class AbsentReferences<K> {
  readonly #house: House;
  readonly #context: Context;
  readonly #noted = new Map<K, readonly Reference[]>();

  constructor(house: House, context: Context) {
    this.#house = house;
    this.#context = context;
  }

  /** `path`: where the record stood in the request, else its type. */
  note(key: K, { body }: Committed, path?: string): void {
    if (body === undefined) return;
    const resource = parseStored(body);
    if (isWrapper(resource)) return;
    const found: Reference[] = [];
    rewriteReferences(
      this.#house.definitions,
      resource,
      (uri, place, isReference) => {
        if (isReference) this.#add(found, uri, place);
        return undefined;
      },
      path,
    );
    if (found.length > 0) this.#noted.set(key, found);
  }

  #add(found: Reference[], uri: string, place: string): void {
    const ref = localReference(uri);
    if (ref === undefined) {
      if (/^urn:(?:uuid|oid):/.test(uri)) found.push({ place, ref });
      return;
    }
    // Who may not read all of a type is not told either what there is of it.
    const permit = permitOf(this.#house, this.#context.caller, splitReference(ref)[0], 'r');
    if (permit === 'all') found.push({ place, ref });
  }

  /**
   * By their keys, for those of which there is something to say. What was written stands: where the store cannot be asked
   * now, it is left unsaid.
   */
  async look(): Promise<ReadonlyMap<K, readonly Issue[]>> {
    try {
      return await this.lookWithin(this.#house.database);
    } catch (error) {
      if (error instanceof Fault) return new Map();
      throw error;
    }
  }

  /** The same inside an open transaction. */
  async lookWithin(on: Queryable): Promise<ReadonlyMap<K, readonly Issue[]>> {
    const remarks = new Map<K, readonly Issue[]>();
    if (this.#noted.size === 0) return remarks;
    const refs = new Set([...this.#noted.values()].flatMap((found) => found.flatMap(({ ref }) => ref ?? [])));
    const standing = await findStanding(on, this.#context.caller, [...refs]);
    for (const [key, found] of this.#noted) {
      const absent = found.filter(({ ref }) => ref === undefined || !standing.has(ref));
      if (absent.length > 0) remarks.set(key, remarksOn(absent));
    }
    return remarks;
  }
}

function remarksOn(absent: readonly Reference[]): readonly Issue[] {
  const told = absent.slice(0, MAX_REMARKS).map(({ place, ref }) => remarkOn(place, ref));
  return absent.length > MAX_REMARKS ? [...told, moreRemarks(absent.length)] : told;
}

function remarkOn(place: string, ref: string | undefined): Issue {
  const text =
    ref === undefined
      ? 'This reference names an entry of a Bundle, and the record does not stand in one. It is kept as it is: refer to Type/id.'
      : 'This reference leads to no record that this caller can see. It is kept as it is: mend it, or send the record that it means.';
  return { severity: 'warning', code: 'not-found', key: 'reference-not-found', text, expression: place };
}

function moreRemarks(count: number): Issue {
  const text = `There are ${count} references of this record that lead nowhere; the first ${MAX_REMARKS} are named.`;
  return { severity: 'information', code: 'incomplete', key: 'more-remarks', text };
}
