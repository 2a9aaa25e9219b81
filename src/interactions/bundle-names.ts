import { fault } from '../base/index.ts';
import type { House } from './house.ts';
import type { EntryRequest } from './bundle-form.ts';

/** What an entry stands for. */
export interface Named {
  readonly entry: EntryRequest;
  /** Undefined: nothing stands there. */
  readonly ref: string | undefined;
  /** The version that stands when all is written; `ask`: one more than stands now; undefined: nobody can tell before. */
  readonly version?: number | 'ask' | undefined;
}

interface Name {
  readonly ref: string;
  version: number | 'ask' | undefined;
  /** It is the canonical address of what the entry holds, which stays what it is wherever that lies. */
  readonly isCanonical: boolean;
  /** It is what the record is called here, too. */
  readonly isOwn: boolean;
  /** All texts that were put in place of it, in any attempt. */
  readonly given: Set<string>;
}

const RESTFUL = /^(https?:\/\/.*)\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/;
const VERSION = /\/_history\/[^/]+$/;

/**
 * What the entries call each other (fullUrl), and what they are called here. A reference relative to the base of its own
 * entry's fullUrl is meant so, too. https://hl7.org/fhir/R4/bundle.html#references
 */
export class BundleNames {
  readonly #base: string;
  #names = new Map<string, Name>();
  /** `Type/id` of fullUrls, for entries that do not say what theirs are relative to; null where several entries have it. */
  #relative = new Map<string, Name | null>();
  /** Those whose version a reference asks for. */
  #asked = new Set<Name>();
  #isLearned = false;
  /**
   * A transaction that runs again finds the texts of its attempts before in what it is to write, and may have to give
   * others: the name of what was found meanwhile, say.
   */
  readonly #given = new Map<EntryRequest, Set<string>>();
  #renewed = new Map<string, Name>();

  constructor({ base }: House) {
    this.#base = base;
  }

  /** @throws Fault 400 where two entries have the same name */
  giveAnew(entries: readonly Named[]): void {
    this.#names = new Map();
    this.#relative = new Map();
    this.#renewed = new Map();
    this.#asked = new Set();
    this.#isLearned = false;
    for (const { entry, ref, version } of entries) {
      if (ref === undefined || entry.method === 'DELETE') continue;
      const { fullUrl, path, resource } = entry;
      const isCanonical = fullUrl !== undefined && (resource as { readonly url?: unknown } | null)?.url === fullUrl;
      const given = this.#given.get(entry) ?? new Set();
      const name: Name = { ref, version, isCanonical, isOwn: fullUrl === `${this.#base}/${ref}`, given };
      for (const text of given) this.#renewed.set(text, name);
      // What criteria led to in a reference counts, too.
      this.#given.set(entry, given.add(ref));
      if (fullUrl !== undefined) this.#give(fullUrl, name, `${path}.fullUrl`);
    }
  }

  #give(fullUrl: string, name: Name, path: string): void {
    if (this.#names.has(fullUrl)) {
      throw fault(400, 'invalid', 'full-url-twice', 'Two entries have the same fullUrl. Give each its own.', path);
    }
    this.#names.set(fullUrl, name);
    const relative = RESTFUL.exec(fullUrl)?.[2];
    if (relative === undefined) return;
    const other = this.#relative.get(relative);
    this.#relative.set(relative, other === undefined || other?.ref === name.ref ? name : null);
  }

  /** Records to which versioned references lead, and of which `learn` has to tell the version that stands now. */
  get asked(): string[] {
    return Array.from(this.#asked, ({ ref }) => ref);
  }

  /** What was not told then is not there yet. */
  learn(standing: ReadonlyMap<string, number>): void {
    for (const name of this.#asked) name.version = (standing.get(name.ref) ?? 0) + 1;
    this.#isLearned = true;
  }

  /**
   * The new text of a reference or uri that names an entry; undefined where it names none, or its version is still to be
   * learnt. `from`: the entry in which it stands, at `place`.
   * @throws Fault 400 where it is relative, and may mean any of several entries
   */
  find(uri: string, from: EntryRequest, place: string, isReference: boolean): string | undefined {
    const [url, fragment] = uri.split('#', 2) as [string, string?];
    const plain = url.replace(VERSION, '');
    // A patch brings the sender's texts in every attempt, and never those that were given.
    const renewed = from.method === 'PATCH' ? undefined : this.#renewed.get(url);
    const name = renewed ?? this.#look(plain, from, place);
    if (name === undefined || (name.isCanonical && !isReference)) return undefined;
    const renamed = plain === url ? name.ref : this.#versioned(name);
    if (renamed === undefined) return undefined;
    name.given.add(renamed);
    return fragment === undefined ? renamed : `${renamed}#${fragment}`;
  }

  #look(url: string, { fullUrl = '' }: EntryRequest, place: string): Name | undefined {
    const found = this.#names.get(url);
    if (found !== undefined) return found;
    const base = RESTFUL.exec(fullUrl)?.[1];
    if (base !== undefined) return this.#names.get(`${base}/${url}`);
    const relative = this.#relative.get(url);
    if (relative !== null) return relative;
    const text = `${place} may mean one of several entries, whose fullUrls end alike. Refer to the fullUrl of the one that is meant.`;
    throw fault(400, 'invalid', 'reference-ambiguous', text, place);
  }

  /**
   * "Version-specific references should remain as version-specific references": the number is of the sender's server, and
   * becomes the one that the record has here. One of this server means what it says.
   */
  #versioned(name: Name): string | undefined {
    const { ref, version, isOwn } = name;
    if (isOwn) return undefined;
    if (typeof version === 'number') return `${ref}/_history/${version}`;
    if (version === undefined || this.#isLearned) return ref;
    this.#asked.add(name);
    return undefined;
  }
}
