/** The protocol itself, for those who build on it: pure, synchronous, without a platform. */
export { type Admitted, type Answer, type Asking, admit, type Decisions, type Question, type Rejection } from "./admission/admit.ts";
export { type Chain, type Chains, isWithin, type Position } from "./admission/chains.ts";
export { ControlLog, type ControlLogChanges, type Known } from "./admission/control-log.ts";
export {
  type ControlOp,
  type Device,
  type DeviceView,
  deviceView,
  isRemoved,
  mayAuthor,
  roleOf,
  standingOf,
} from "./admission/device-view.ts";
export {
  type Attestation,
  type AttestedClaim,
  attest,
  attestationFault,
  attestationHash,
  attestationSalt,
} from "./capability/attestation.ts";
export { Authority, verifiedEnvelope } from "./capability/authority.ts";
export { type ConsentFacts, consentRecord } from "./capability/consent.ts";
export {
  credentialContexts,
  type Issuing,
  issueCredential,
  type VerifiedCredential,
  type Verifying,
  verifyCredential,
} from "./capability/credential.ts";
export { addProof, type CredentialFault, cryptosuite, type ProofKey, type Proven, verifyProof } from "./capability/data-integrity.ts";
export { type Declared, declarationHolds, signDeclaration } from "./capability/declaration.ts";
export { type CheckedReply, checkDelegateOps, type PullExpectation } from "./capability/delegate-ops.ts";
export { type AccessOutcome, type AccessPayload, delegationFault, type GrantTerms, grantFault, grantTerms } from "./capability/grant.ts";
export {
  type AccessFacts,
  type Challenge,
  type ChallengeState,
  challengeState,
  expectedRoots,
  type GrantFacts,
  grantStatus,
  type Purge,
  type PurgeState,
  purgeOf,
  type Revocation,
} from "./capability/grant-state.ts";
export {
  type Holdings,
  type HoldingsBody,
  holdingsFault,
  proofFault,
  type ReceiptContext,
  receiptFault,
  signHoldings,
  signPurgeReceipt,
} from "./capability/holdings.ts";
export {
  isCurrent,
  patternMatches,
  type Selectable,
  type Selector,
  selectorFault,
  selectsPredicate,
  selectsSensitivity,
  selectsWords,
} from "./capability/selector.ts";
export { type GrantStatus, type Slice, signSlice, sliceFault } from "./capability/slice.ts";
export { emptyRoot, rootOfEntries, sliceRoot } from "./capability/slice-root.ts";
export { type Conflict, type Contender, decideConflicts } from "./claim/conflicts.ts";
export { payloadFault } from "./claim/payload-form.ts";
export { basePredicates, type Predicate, registryHash } from "./claim/predicates.ts";
export { mayWrite } from "./claim/roles.ts";
export { type Sensitivity, sensitivities } from "./claim/sensitivity.ts";
export { type ClaimPayload, sourceKey, statementKey, topicKey } from "./claim/statement.ts";
export { type ClaimStatus, claimStatuses, stands } from "./claim/status.ts";
export { ViewDigestText } from "./claim/view-digest.ts";
export { canonical } from "./codec/canonical.ts";
export { parseJson } from "./codec/parse.ts";
export { type Did, decodeDidKey, encodeDidKey } from "./crypto/did-key.ts";
export { merklePaths, merkleRoot, rootFromPath } from "./crypto/merkle.ts";
export { verifyStrict } from "./crypto/signature.ts";
export { domainTags } from "./domain-tags.ts";
export { type CredentialCode, type ErrorCode, PoolError } from "./errors.ts";
export { limits } from "./limits.ts";
export { type Draft, type Pen, writeOps } from "./op/create.ts";
export { hashesMatch, signatureHolds, VerifiedRoots } from "./op/identity.ts";
export { comparePlaces, type Envelope, type Header, isOpId, type OpId, type Place } from "./op/operation.ts";
export { readEnvelope, type Shaped } from "./op/shape.ts";
export type { Clock, Crypto, Ed25519, Json, JsonObject, Random, Sha256Hex } from "./ports.ts";
export { mayAsk, mayPush, mayRead, type Party, partyOf } from "./sync/authorise.ts";
export type { Effect, EffectAnswer, IngestResult, SyncProgress } from "./sync/effects.ts";
export { type SyncReport, summary } from "./sync/report.ts";
export { type SessionOptions, type SessionResult, syncSession } from "./sync/session.ts";
