/**
 * The opinion as a document: FHIR records → what the letter says → PDF bytes on the programme's letterhead, and the
 * DocumentReference that files them.
 * Words: *report input* (all the letter says, as plain text and dates), *section* (a heading and its blocks), *letterhead*.
 * Must not fetch records or fonts, read a clock, or store anything: the same input and fonts give the same bytes.
 */
export type { DocumentInput } from './document.ts';
export { pdfDocumentReference, SHA256_EXTENSION } from './document.ts';
export type { Attester, Fonts, ReportInput, ReviewedRecord } from './input.ts';
export { reportInput } from './read-records.ts';
export type { ReportRecords } from './read-records.ts';
export { renderReport } from './render.ts';
