/**
 * Drafts of reports: what a reviewer or a translator begins with. A draft can be stored as it is; whatever is still to be
 * written in it says so (narrative status `empty`, Observation status `preliminary`), and bars it from going out.
 */
export { draftNextVersion, draftTranslation } from './copies.ts';
export type { CopyInput, TranslationInput } from './copies.ts';
export type { DraftInput, Reviewer } from './input.ts';
export { draftReport } from './report.ts';
