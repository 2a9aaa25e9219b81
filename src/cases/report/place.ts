/** Where the Composition is named, by the report that is written: it may itself be part of another request. */
export const REPORT = 'DiagnosticReport.extension';
