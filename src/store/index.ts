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
export type { EventWindow, StoredEvent } from './case-events.ts';
export { readCaseEvents } from './case-events.ts';
export type { CaseEventRow, CaseMember, LockedCase, StoredCase } from './cases.ts';
export {
  findCase,
  findCaseOf,
  findPlaces,
  findInsurers,
  lockCases,
  readCaseMembers,
  readCaseMembersOfTypes,
  saveSponsors,
  settle,
  shareRecords,
} from './cases.ts';
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
export type { Reader } from './reader.ts';
export type { IndexReader, Reindexed } from './reindex.ts';
export { reindexSlice } from './reindex.ts';
export type { Bounds, SearchContext } from './search/ask.ts';
export type { Cursor, KeysOf } from './search/order.ts';
export type { FoundRecord } from './search/records.ts';
export { findRefs } from './search/refs.ts';
export type { SearchResult } from './search/search.ts';
export { searchRecords } from './search/search.ts';
export type { View, Viewer } from './views.ts';
export { refreshViews } from './views.ts';
export { createWatermark } from './watermark.ts';
export type { Act, RecordWrite, Written } from './write.ts';
export { writeRecords } from './write.ts';
export type { WordReader } from './words.ts';
export { areWordsWaiting, indexWords } from './words.ts';
export type { ClientAuthMethod, ClientChange, ClientKind, ClientRow, ListWindow, NewClient } from './clients.ts';
export {
  countPendingClients,
  disableClient,
  findClient,
  insertClient,
  listClients,
  lockClient,
  updateClient,
} from './clients.ts';
export type { IdentityAct, OrganizationChange, OrganizationRow, Validation } from './identity.ts';
export {
  findOrganization,
  IDENTITY_CHANNEL,
  insertOrganization,
  listOrganizations,
  spendAssertion,
  sweepIdentity,
  updateOrganization,
  writeIdentityAct,
} from './identity.ts';
export type { EhrConnection, EhrKind } from './ehr-connections.ts';
export { deleteEhrConnection, findEhrConnection, PUSH, upsertEhrConnection } from './ehr-connections.ts';
export type { IdentityProviderRow } from './identity-providers.ts';
export { deleteIdentityProvider, findIdentityProvider, upsertIdentityProvider } from './identity-providers.ts';
export { isAppOrigin } from './app-origins.ts';
export type { AppGrant, LaunchContext, ListedGrant } from './app-grants.ts';
export {
  findGrant,
  findLaunch,
  insertGrant,
  insertLaunch,
  listGrants,
  revokeGrant,
  revokeSession,
  touchGrant,
  useLaunch,
} from './app-grants.ts';
export type { AttemptTerms, NewPerson, PersonChange, PersonRow } from './people.ts';
export {
  disablePerson,
  findPerson,
  findPersonByLogin,
  findPersonBySubject,
  findPersonByUser,
  forgetAttempts,
  giveBackAttempt,
  insertPerson,
  listPeople,
  lockPerson,
  revokeGrantsOf,
  takeAttempt,
  updatePerson,
} from './people.ts';
export type { NewServerKey, ServerKeyRow, ServerKeyState } from './server-keys.ts';
export {
  activateNextServerKey,
  insertServerKey,
  listServerKeys,
  lockServerKeys,
  removeServerKeys,
  retireServerKey,
  sweepServerKeys,
} from './server-keys.ts';
export type { GrantFacts, TokenFacts, TokenNames } from './tokens.ts';
export { findTokenFacts, readIdentityMark, revokeToken } from './tokens.ts';
export type { OidcPayload, StoredOidcPayload } from './oidc-payload.ts';
export {
  consumeOidcPayload,
  deleteOidcPayload,
  findOidcGrant,
  findOidcPayload,
  saveOidcPayload,
} from './oidc-payload.ts';
export type { Embedded } from './embedded/index.ts';
export { findPlace, startEmbedded } from './embedded/index.ts';
export type { CaseTimer } from './case-timers.ts';
export { followTimer, renewLostTimers, setTimers } from './case-timers.ts';
export type {
  SubscriptionEventRow,
  SubscriptionProgress,
  SubscriptionRow,
  SubscriptionStatus,
  UnshownSubscription,
} from './subscriptions.ts';
export {
  findSubscriptions,
  listSubscriptions,
  markShown,
  readSubscriptionEvents,
  readUnshown,
  removeSubscription,
  resendEvents,
  countOtherSubscriptions,
  saveSubscription,
} from './subscriptions.ts';
export type {
  Announcement,
  Follower,
  NumberingConsumer,
  NumberingPeek,
  StoredCaseFacts,
  Taken,
  ToldEvent,
} from './delivery-numbers.ts';
export {
  beginNumbering,
  giveUpFollowers,
  holdFollowers,
  listAsked,
  peekNumbering,
  readCaseFacts,
  readFollowers,
  takeAnnouncements,
  tellSubscriptions,
} from './delivery-numbers.ts';
export type { Claim, ClaimTerms, DeliveredEvent, DeliveryKind, FailureTerms, Outcome, Try } from './deliveries.ts';
export { claimDeliveries, cutBatch, noteDelivered, noteFailed, readClaimedEvents, releaseClaim } from './deliveries.ts';
export type {
  AttemptReport,
  AttemptWindow,
  DeliveryReport,
  DeliveryWindow,
  NumberRange,
  ReplayState,
} from './delivery-reports.ts';
export { holdForReplay, listAttempts, listDeliveries, replayDeliveries } from './delivery-reports.ts';
export type { NumberingLoad, OriginLoad } from './delivery-metrics.ts';
export { readNumberingLoad, readOriginLoads } from './delivery-metrics.ts';
export type { SweptDeliveries } from './delivery-sweep.ts';
export { sweepDeliveries } from './delivery-sweep.ts';
export type { StreamPart, StreamPlace, StreamStart } from './event-stream.ts';
export { findStreamStart, readStreamPart } from './event-stream.ts';
export { isBehind, isWithin } from './snapshot.ts';
export type { SecretOwner, SubscriptionSecret } from './subscription-secrets.ts';
export {
  expireOtherSecrets,
  insertSubscriptionSecret,
  keepSubscriptionSecrets,
  listSubscriptionSecrets,
} from './subscription-secrets.ts';
export type { NewWebhookKey, WebhookKeyRow } from './webhook-keys.ts';
export { forgetWebhookKeys, insertWebhookKey, listWebhookKeys, retireWebhookKey } from './webhook-keys.ts';
export { currentRevision, currentRevisions, readProgrammeRules, saveProgrammeRules } from './programme-rules.ts';
export type { CurrentSigningKey, SigningCertificate } from './signing-keys.ts';
export {
  findCurrentSigningKey,
  insertSigningKey,
  listCompromisedKeys,
  listSigningCertificates,
  listSigningRoots,
  lockSigningKeys,
  markSigningKeysCompromised,
  retireSigningKey,
} from './signing-keys.ts';
export type { SignedDocument, SignedDocumentStatus } from './signed-documents.ts';
export {
  findCurrentDocument,
  findSignedDocument,
  findSignedPdf,
  markDocuments,
  noteSignedDocument,
} from './signed-documents.ts';
