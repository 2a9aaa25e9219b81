/**
 * The letter as PDF, with a door of its own: the thread that draws letters loads nothing else of the room, which halves
 * its start and its memory. All others come through the door of `reports`.
 */
export type { FontFiles, FontName, LetterFonts } from './fonts.ts';
export { fontFiles } from './fonts.ts';
export { renderLetter } from './render.ts';
