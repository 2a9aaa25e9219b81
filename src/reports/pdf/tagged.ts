import { flow, wholeFrame } from './sheet.ts';
import type { SetText, Sheet, Structure } from './sheet.ts';

/** A block whose lines are broken. */
export interface SetBlock {
  /** Points of its beginning that belong on one page. */
  readonly opening: number;
  /** Belongs on one page with the opening of what follows. */
  readonly announces: boolean;
  draw(parent: Structure): void;
}

/** Adds an element that is ended by who filled it. */
export function addElement({ doc }: Sheet, parent: Structure, tag: string): Structure {
  const element = doc.struct(tag);
  parent.add(element);
  return element;
}

/** Adds an element with this text, written from where the sheet is. */
export function addText(sheet: Sheet, parent: Structure, tag: string, text: SetText, frame = wholeFrame(sheet)): void {
  parent.add(sheet.doc.struct(tag, {}, () => flow(sheet, text, frame)));
}
