/** What the edges (command line, server, tools for assistants) use of the node. */

export { checkWritable } from "../store/index.ts";
export { type Admissions, type Admitted, openAdmissions } from "./admissions.ts";
export { asOf } from "./as-of.ts";
export { addAssistant, type NewAssistant, removeAssistant } from "./assistants/add.ts";
export { type OwnProposal, ownAmong, ownProposals } from "./assistants/proposals.ts";
export { type Proposal, type Proposed, propose } from "./assistants/propose.ts";
export { Readings } from "./assistants/reading.ts";
export {
  type Assistant,
  type AssistantRecord,
  findRecord,
  listRecords,
  openAssistant,
  recordOfToken,
  removedText,
  tokenOf,
} from "./assistants/record.ts";
export { type ReadableClaim, sliceAmong, trustOf, wholeSlice } from "./assistants/slice.ts";
export { type Permission, requireStanding } from "./assistants/standing.ts";
export { type Attention, attention, winnersOver } from "./attention.ts";
export { type BackupMade, type BackupRecord, makeBackup, readRecords } from "./backup.ts";
export { keepBackups, type PlanEvents } from "./backup-plan.ts";
export { type Bundle, makeBundle, verifyBundle } from "./bundle.ts";
export type { ServerIdentity } from "./caller.ts";
export { type ChatEndpoint, chatEndpoint, embeddingEndpoint } from "./chat-endpoint.ts";
export { ClaimBook, type ClaimFace, type SourceCount, timeOfEvidence } from "./claim-book.ts";
export { type ClaimPage, type ClaimPageQuery, claimPage, type ListedClaim, listedClaims } from "./claim-pages.ts";
export { allConflicts, conflictsOf } from "./conflicts.ts";
export { aheadOf, type Contact, contactWith, noteContact } from "./contacts.ts";
export { type ContestedWork, contestedWork } from "./contested.ts";
export { credentialDaysDefault, issueClaimCredential } from "./credential.ts";
export {
  acceptGrant,
  type GrantInvitation,
  grantInvitationText,
  listGrants,
  parseGrantInvitation,
  resolveGrant,
  type SeenGrant,
} from "./delegate/accept.ts";
export { answerAsDelegate, isKnownToDelegate, proveHoldings } from "./delegate/challenge.ts";
export { type Delegate, type DelegateOptions, initDelegate, openDelegate } from "./delegate/open-delegate.ts";
export { type Connect, type HeldSlice, heldSlice, type Pulled, pullGrant } from "./delegate/pull.ts";
export { type Purged, purgeEnded, purgeGrant } from "./delegate/purge.ts";
export { listReceipts, type ReceiptSent, sendReceipts } from "./delegate/receipts.ts";
export { type RefreshEvent, type Refreshing, type RefreshOptions, startRefreshing, type Timer } from "./delegate/refresh.ts";
export type { EndCause, GrantRecord, GrantState, OwedReceipt, ServingNode } from "./delegate/register.ts";
export { grantServerOf, readAttempts } from "./delegation/attempts.ts";
export { type Challenged, challenge } from "./delegation/challenge.ts";
export { forgetOverGrants } from "./delegation/forget.ts";
export { grant, type NewGrant, previewSlice, revoke, type Seen } from "./delegation/give.ts";
export { durationText, needsAnEye, selectorText, standingText, whoText } from "./delegation/grant-words.ts";
export { type LedgerEntry, ledger, ledgerEntry } from "./delegation/ledger.ts";
export { type GrantLook, grantsOf, lookAtGrant } from "./delegation/look.ts";
export type { Attempt, GrantServer } from "./delegation/serve.ts";
export { type DeriveReport, deriveClaims } from "./derive.ts";
export { deriveByModel, type ModelReport } from "./derive-by-model.ts";
export { addDevice, listDevices, namesOf, removeDevice, roles, type SeenDevice } from "./devices.ts";
export { examineHome, mendHome } from "./doctor/examine.ts";
export type { Finding } from "./doctor/finding.ts";
export { type DatedEvidence, type EvidencePage, type EvidencePageQuery, evidencePage, type TimePlace } from "./evidence-pages.ts";
export { foresee, type Moved, noteMoves } from "./foresee.ts";
export { type Forgetting, forget, planForgetting } from "./forget.ts";
export { type Home, homeAt, type Peer, readSettings, requireHome, type Settings, writeSettings } from "./home.ts";
export type { CompareOptions, HubComparison } from "./hosting/compare-hub.ts";
export { followPeers } from "./hosting/follow-peers.ts";
export { type HostedPool, type HostOptions, type HostStep, hostPool, noteAddress, syncWithHub } from "./hosting/host-pool.ts";
export { type ConnectHub, type Hub, hubRefusal } from "./hosting/hub.ts";
export { listHubs } from "./hosting/hubs.ts";
export { type KnownPeer, knownPeers } from "./hosting/known-peers.ts";
export { hubBeingLeft, type LeftHub, leaveHub } from "./hosting/leave-hub.ts";
export { noteMoved, whenMoved } from "./hosting/moved.ts";
export { begunToRetire, finishRetiring, planRetiring, type Retired, retireTo } from "./hosting/retire-to-hub.ts";
export { devicesNotSeen } from "./hosting/waiting-for.ts";
export { type ImportReport, importFiles } from "./import-files.ts";
export { ingestOps } from "./ingest.ts";
export { type Invitation, invitationText, parseInvitation } from "./invitation.ts";
export { giveReason, judgedAlready } from "./judged-already.ts";
export { type Correction, confirm, correct, refute, undo } from "./judgements.ts";
export { type AskPassphrase, type KeyPair, lockOf, readKeyFile, replaceKeyFile } from "./key-file.ts";
export type { Trust } from "./lineage.ts";
export { isUnknownThere, type LiveState, type LiveSyncOptions, syncLive } from "./live-sync.ts";
export { exportLog, importLog, type LogImport, linesOf } from "./log-file.ts";
export { type AskedModel, type Asking, planAsking } from "./model-asking.ts";
export { nativeCrypto } from "./native-crypto.ts";
export { type Founded, initNode, type NewPool, type Node, newDevice, openNode, type Platform, system } from "./open-node.ts";
export { type InviteOptions, type Inviting, invite, isPairing } from "./pair/inviting.ts";
export { type Joined, type JoinOptions, joinByCode, type PairingTransport, rememberInviter, tellSynced } from "./pair/joining.ts";
export { type PairingLink, pairingLinkText, parsePairing } from "./pair/link.ts";
export { wordsOf } from "./pair/words.ts";
export {
  type ClaimFilter,
  type EvidenceStatus,
  evidenceStanding,
  listClaims,
  listEvidence,
  listOperations,
  resolveId,
  type SeenClaim,
  type SeenEvidence,
  showOperation,
} from "./queries.ts";
export { Meaning, type MeaningOptions } from "./recall/meaning.ts";
export { recall } from "./recall/recall.ts";
export type { Answer, Currency, Freshness, Recall, Recalled, RecalledEvidence } from "./recall/recalled.ts";
export { beginRecovery, finishRecovery, type Recovering, type RecoverySource, storeAt } from "./recover.ts";
export { type BackupKey, backupKeyOf, phraseBytes, phraseOf, readPhrase, rootOfPhrase } from "./recovery-phrase.ts";
export { planRemoval, type RemovalPlan, type RemovalReason, type RemovalWish, removeAsPlanned } from "./removal/plan.ts";
export { carryOver, type FormerKey, formerKeys, isOut, keyToRejoin, takeNewKey, workOfFormerKey } from "./removal/rejoin.ts";
export { forgetRefusal, noteRefusal, type ToldRemoved, toldRemoved } from "./removal/told.ts";
export { Replica } from "./replica.ts";
export { type CheckedBackup, checkBackup, linesOfBackup, restoreBackup } from "./restore.ts";
export { changeLock, type Rotated, rotateKey } from "./rotate-key.ts";
export { type Opener, type Seal, sealOf } from "./sealed-file.ts";
export type { LockKind, Secret } from "./sealed-key.ts";
export { type Found, type FoundStatus, type FoundType, type Search, search } from "./search.ts";
export { indexArrivals, indexWhenQuiet } from "./search-arrivals.ts";
export { claimSentence as wholeSentence, evidenceTexts } from "./search-text.ts";
export {
  authorText,
  claimSentence,
  counted,
  evidenceSentence,
  oneLine,
  opSentence,
  placeText,
  shortDid,
  shortId,
  timeText,
  valueText,
} from "./sentences.ts";
export { spokenSentence } from "./spoken-sentence.ts";
export { type StatedClaim, stateClaim } from "./state-claim.ts";
export { type Glance, glance, type Status, statusOf } from "./status.ts";
export { type SyncOptions, syncWith } from "./sync-client.ts";
export { answer } from "./sync-server.ts";
export { cantWrite, isDiskTrouble, systemWords } from "./system-error.ts";
export { claimSource, countWithin, evidenceKinds, otherSource, type Timeline, TimelineIndex } from "./timeline.ts";
export { TokenBuckets } from "./token-buckets.ts";
export { predicateTitle, type Topic, topicIdOf, topicsOf } from "./topics.ts";
export { type Verdict, verifyReplica } from "./verify.ts";
export { ViewFacts } from "./view/facts.ts";
export { oddPredicate } from "./what-fits.ts";
export { type Judgement, type Why, whyClaim } from "./why.ts";
export type { Writer } from "./write.ts";
