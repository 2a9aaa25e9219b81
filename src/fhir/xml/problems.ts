import { Fault, fault } from '../../base/index.ts';
import type { Issue } from '../../base/index.ts';
import { Places } from '../place.ts';

/** A document that is wrong in more places than this is not made clearer by more of them. */
const MAX_ISSUES = 50;

/** What is wrong with one document, and where. */
export class Problems {
  private readonly text: string;
  private readonly places: Places;
  private readonly notes: { readonly at: number; readonly issue: Issue }[] = [];

  constructor(text: string) {
    this.text = text;
    this.places = new Places(text);
  }

  get found(): boolean {
    return this.notes.length > 0;
  }

  /**
   * Notes a problem after which reading can go on, so that the next ones come to light, too. `path` is empty for one
   * with the document itself.
   */
  add(key: string, at: number, what: string, mend: string, path: string, code = 'structure'): void {
    const text = `${what} (${this.places.tell(at)}). ${mend}`;
    const expression = path === '' ? {} : { expression: path };
    this.notes.push({ at, issue: { severity: 'error', code, key, text, ...expression } });
    if (this.notes.length === MAX_ISSUES) throw this.toFault();
  }

  /**
   * What was found so far, and the one problem that ends the reading. The parser may have closed elements because of it,
   * so nothing is said of the markup it is in.
   */
  refusal(key: string, at: number, what: string, mend: string): Fault {
    const start = this.text.lastIndexOf('<', at);
    const earlier = this.notes.filter((note) => note.at < start).map(({ issue }) => issue);
    const { issues } = refusal(key, `${what} (${this.places.tell(at)}). ${mend}`);
    return new Fault(400, [...earlier, ...issues]);
  }

  toFault(): Fault {
    return new Fault(
      400,
      this.notes.map(({ issue }) => issue),
    );
  }
}

export function refusal(key: string, text: string): Fault {
  return fault(400, 'structure', key, text);
}
