/**
 * All SQL of the house: connections, migrations, reading, searching and writing records, cases, outbox and keys.
 * Words: *record* (the current version), *version* (a past one), *ref* (`Type/id`), *reader* (an organisation that may
 * see a record). Every statement that touches records carries the caller; row-level security holds the same line.
 * Must not decide what a caller may do: it is told.
 */
export type { AuditRow, AuditTrail } from './audit.ts';
export { createAuditTrail } from './audit.ts';
export type { RoleFault } from './check-roles.ts';
export { findRoleFaults } from './check-roles.ts';
export { checkServer } from './check-server.ts';
export type { CaseEventRow, CaseMember, LockedCase, StoredCase } from './cases.ts';
export { findCase, findElsewhere, lockCases, settle, shareRecords } from './cases.ts';
export { contentTable } from './content.ts';
export type { Database, DatabaseRole, Queryable, Statement, Transaction } from './database.ts';
export { openDatabase } from './database.ts';
export { Overtaken } from './database-fault.ts';
export type { EverythingCursor, EverythingPage, EverythingWindow, Subject } from './everything.ts';
export { readEverything } from './everything.ts';
export type { HistoryCursor, HistoryPage, HistoryTime, HistoryType, HistoryVersion, HistoryWindow } from './history.ts';
export { countHistory, countHistoryOfTypes, readHistory, readHistoryOfTypes } from './history.ts';
export { lockCriteria } from './lock.ts';
export { migrate, pendingMigrations } from './migrate.ts';
export type { OutboxPeek, OutboxRow } from './outbox.ts';
export { consumeOutbox, peekOutbox, sweepOutbox } from './outbox.ts';
export type { StoredRecord, StoredVersion } from './read.ts';
export {
  findStanding,
  lockRecords,
  lookUpRecord,
  lookUpText,
  readPublished,
  readRecord,
  readRecords,
  readVersion,
} from './read.ts';
export type { IndexReader, Reindexed } from './reindex.ts';
export { reindexSlice } from './reindex.ts';
export type { Bounds, SearchContext } from './search/ask.ts';
export type { Cursor, KeysOf } from './search/order.ts';
export type { FoundRecord } from './search/records.ts';
export { findRefs } from './search/refs.ts';
export type { SearchResult } from './search/search.ts';
export { searchRecords } from './search/search.ts';
export { createWatermark } from './watermark.ts';
export type { Act, RecordWrite, Written } from './write.ts';
export { writeRecords } from './write.ts';
export type { WordReader } from './words.ts';
export { areWordsWaiting, indexWords } from './words.ts';
export type {
  ClientRow,
  IdentityAct,
  NewClient,
  OrganizationChange,
  OrganizationRow,
  ServerKeyRow,
  Validation,
} from './identity.ts';
export {
  disableClient,
  findClient,
  IDENTITY_CHANNEL,
  insertClient,
  insertOrganization,
  insertServerKey,
  listClients,
  listOrganizations,
  listServerKeys,
  spendAssertion,
  sweepIdentity,
  updateClientKeys,
  updateOrganization,
  writeIdentityAct,
} from './identity.ts';
export type { OidcPayload, StoredOidcPayload } from './oidc-payload.ts';
export {
  consumeOidcPayload,
  deleteOidcGrant,
  deleteOidcPayload,
  findOidcPayload,
  saveOidcPayload,
} from './oidc-payload.ts';
export type { Embedded } from './embedded/index.ts';
export { findPlace, startEmbedded } from './embedded/index.ts';
