/**
 * What a person sees: sign in, choose a patient, consent, manage, and how a way ends, each a whole HTML document in
 * English, Vietnamese or Chinese that works without scripts; and *sheets*, to be read or printed: a report in its own
 * language, and what is told of a signed one. The only importer of hast.
 * Words: *step* (the button that was pressed), *scope item* (a scope in plain words), *locked* (said, not asked),
 * *weight* (the gravest thing that a scope allows).
 * Pure: values in, text out. Addresses, tokens and names are the caller's; must not decide who may do what.
 */
export type { ChoosePatientPage, PatientChoice } from './choose-patient.ts';
export { renderChoosePatient } from './choose-patient.ts';
export type { ConsentPage } from './consent.ts';
export { renderConsent } from './consent.ts';
export type { ScopeContext, ScopeItem, Weight } from './describe-scope.ts';
export { describeScope, describeScopes } from './describe-scope.ts';
export type { Form, Frame } from './document.ts';
export type { Language } from './language.ts';
export { chooseLanguage, LANGUAGE_TAGS, readLanguage } from './language.ts';
export type { GivenAccess, ManagePage } from './manage.ts';
export { renderManage } from './manage.ts';
export type { NamedPatient } from './named-patient.ts';
export type { NoticePage } from './notice.ts';
export { renderNotice } from './notice.ts';
export { pagePolicy } from './policy.ts';
export type { LetterOnPage, NoReportPage, ReportPage } from './report.ts';
export { renderNoReport, renderReport } from './report.ts';
export type { SheetLanguage } from './texts/sheet-texts.ts';
export { SHEET_LANGUAGES } from './texts/sheet-texts.ts';
export type { SignedOnPage, VerifyPage } from './verify.ts';
export { renderVerify, renderVerifyBusy } from './verify.ts';
export type { SignInPage } from './sign-in.ts';
export { renderSignIn } from './sign-in.ts';
export { STYLESHEET, STYLESHEET_VERSION } from './stylesheet.ts';
