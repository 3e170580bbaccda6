/**
 * Every request and answer of `/api`, as zod schemas and their types. Whoever talks to it imports the types alone
 * (`import type`); docs/openapi.json is made of the schemas. Members have the names that `fablepool … --json` gives them.
 *
 * | method, path | query or body → answer |
 * |---|---|
 * | GET /api/status | → Status |
 * | POST /api/pool | NewPool → 201 FoundedPool |
 * | POST /api/recovery/confirmation | {} → Recovery |
 * | POST /api/unlock | Unlock → Status |
 * | GET /api/topics | → Topics |
 * | GET /api/predicates | → Predicates |
 * | GET /api/claims | ClaimsQuery → Claims |
 * | POST /api/claims | NewClaim → 201 Claim |
 * | GET /api/attention | limit, after → Attention |
 * | GET /api/claims/{id} | → WholeClaim |
 * | GET /api/claims/{id}/why | → Why |
 * | GET /api/claims/{id}/impact | ImpactQuery → Impact |
 * | POST /api/judgements | JudgementRequest → Judged |
 * | POST /api/forgettings/plan | ForgettingPlanRequest → ForgettingPlan |
 * | POST /api/forgettings | ForgettingRequest → Forgotten; 409 when there is more to forget than the plan said |
 * | GET /api/search | SearchQuery → SearchResult |
 * | GET /api/timeline | TimelineQuery → Timeline |
 * | GET /api/evidence | EvidenceQuery → Evidence |
 * | GET /api/evidence/{id} | → WholeEvidence |
 * | GET /api/devices | → Devices |
 * | POST /api/devices | NewDevice → 201 AddedDevice |
 * | POST /api/devices/{did}/removal/preview | Removal → RemovalPreview |
 * | POST /api/devices/{did}/removal | Removal → Removed |
 * | POST /api/pairings | NewPairing → 201 Pairing; what becomes of it is told by `pairing` events |
 * | GET /api/pairings/{id} | → Pairing |
 * | POST /api/pairings/{id}/confirmation | PairingConfirmation → Pairing |
 * | DELETE /api/pairings/{id} | → Pairing |
 * | GET /api/sync | → Sync |
 * | POST /api/sync | SyncRequest → 202 Sync; what comes of it is told by `sync` events |
 * | GET /api/conflicts | limit, after → Conflicts |
 * | GET /api/grants | GrantsQuery → Grants |
 * | POST /api/grants/preview | GrantPreviewRequest → GrantPreview |
 * | POST /api/grants | NewGrant → 201 GivenGrant |
 * | GET /api/grants/{id} | → WholeGrant |
 * | POST /api/grants/{id}/revocation | RevocationRequest → RevokedGrant |
 * | GET /api/ledger | → Ledger |
 * | GET /api/imports | → ImportJobs |
 * | POST /api/imports | multipart/form-data, a part `file` a file, with its path as filename → 202 ImportJob |
 * | POST /api/imports/sample | {} → 202 ImportJob |
 * | GET /api/imports/{id} | → ImportJob |
 * | DELETE /api/imports/{id} | → ImportJob |
 * | GET /api/events | → text/event-stream of Events |
 * | GET /api/openapi.json | → this as OpenAPI 3.1 |
 *
 * Whatever is no success answers with `Problem` and a status of 400, 401, 403, 404, 405, 409, 413, 415, 421, 429 or 500.
 */
export * from "./contract/claims.ts";
export * from "./contract/devices.ts";
export * from "./contract/events.ts";
export * from "./contract/evidence.ts";
export * from "./contract/home.ts";
export * from "./contract/importing.ts";
export * from "./contract/judging.ts";
export * from "./contract/pairing.ts";
export * from "./contract/sharing.ts";
export * from "./contract/values.ts";
