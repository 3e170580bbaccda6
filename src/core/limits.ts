/** Every maximum of the protocol and of this implementation, each with its reason. Mirrored in `spec/limits.md`. */
export const limits = {
  /** JCS(header), bytes (section 2). */
  headerBytes: 4_096,
  /** JCS(payload), bytes (section 2): an envelope stays below 64 KiB. */
  payloadBytes: 57_344,
  /** Nesting of a payload; the payload object is level 1 (section 2). */
  payloadDepth: 32,
  /** A message holds runs, which hold payloads: message, list, run, items, item, then the payload's levels; and one more. */
  messageDepth: 38,
  /** Integers of the envelope (section 2). */
  integer: Number.MAX_SAFE_INTEGER,
  /** Ids in `prev` (section 3). */
  prev: 32,
  /** Characters of a `type` (section 3). */
  typeCharacters: 64,
  /** Operations under one batch signature (section 3). */
  batchSize: 1_024,
  /** Device additions in one causal past that root did not write (section 5). */
  deviceAdds: 1_024,
  /** Device removals of one author, other than root, in one causal past (section 5). */
  deviceRemoves: 64,
  /** Members of `derived_from` (section 6). */
  derivedFrom: 1_000,
  /** Members of `targets` (section 6). */
  targets: 900,
  /** Ids in one `ops_request`, and in `want` and `incomplete` (sections 4 and 7). */
  want: 1_000,
  /** Devices of which a server remembers what they held (SYN-22): more than most people have, and a few tips each. */
  moments: 64,
  /** Operations in the first page of `ops_since`, and of a `hello`: the sooner the client has something to take in. Each page is twice the one before. */
  pageOpsFirst: 250,
  /** Bytes of operations in a `hello` (SYN-22): what the difference of some days takes, and not so much that it would be sent in vain. */
  helloBytes: 512 * 1024,
  /** Operations in one page at most, asked for or given: one transaction, in which a page of an index is written once for all of them. */
  pageOps: 2_000,
  /** Operations that are verified and admitted at once, several times in one transaction: what is in memory meanwhile is little. */
  ingestPart: 250,
  /** Operations a client puts in one push or asks for at once (section 7). */
  syncBatchOps: 200,
  /** Operations that this server takes in one push: 16 MiB of the smallest envelopes are about 20,000. */
  pushOps: 20_000,
  /** Bytes of a client's batch (section 7). */
  syncBatchBytes: 8 * 1024 * 1024,
  /** Bytes of a request or reply that is accepted (section 7). */
  messageBytes: 16 * 1024 * 1024,
  /** Operation ids in one unpaged `frontier` (section 7). */
  frontier: 100_000,
  /** Operation ids in one page of `frontier` (this implementation's page). */
  frontierPage: 10_000,
  /** Bytes of deferred operations that a client keeps during one sync (section 4). */
  deferredBytes: 64 * 1024 * 1024,
  /** Rejected ids that are remembered (section 4). */
  rejections: 10_000,
  /** Bad signatures that make a push be refused whole (section 7). */
  badSignatures: 20,
  /** Seconds that a signature's `created` may be off (section 7). */
  clockSkewSeconds: 300,
  /** Seconds that a nonce is kept (section 7): both sides of the window. */
  nonceSeconds: 600,
  /** Nonces kept per key: 600 s at the request rate below. */
  noncesPerKey: 60_000,
  /** Requests per second and key, sustained; bursts of as many times `rateBurstSeconds`. */
  ratePerSecond: 100,
  rateBurstSeconds: 10,
  /** Milliseconds in which a request's body must have arrived. */
  bodyDeadlineMs: 30_000,
  /** Operation ids that all pages of a peer's frontier may name (this implementation's client). */
  frontierIds: 10_000_000,
  /** Characters of the `id` of a frame on a kept connection: it is echoed, and means nothing here. */
  frameIdCharacters: 64,
  /** Milliseconds between two pings of a server on a kept connection. */
  livePingMs: 15_000,
  /** Milliseconds without a word of the server, pings included, after which a client takes the connection for dead. */
  liveSilenceMs: 50_000,
  /** Milliseconds between two looks at what other processes wrote to this home. */
  storePollMs: 50,
  /** Milliseconds before a lost connection is tried again: the first time, and at most. */
  backoffFirstMs: 500,
  backoffMaxMs: 60_000,
  /** Milliseconds between two syncs with a peer that keeps no connection. */
  livePeriodMs: 30_000,
  /** Such syncs before a connection is tried again. */
  livePeriods: 20,
  /** Milliseconds that a pairing code is good for (page 09): a walk to the other room and back. */
  pairMs: 600_000,
  /** Attempts that one pairing code takes, whoever makes them: with eight secret digits they guess it once in 20,000,000 invitations. */
  pairAttempts: 5,
  /** Characters of the name under which a device asks to be taken in. */
  pairNameCharacters: 64,
  /** Milliseconds between two questions of a device that waits for its owner's word. */
  pairPollMs: 300,
  /** Milliseconds in which a device that shows a code must be found on the local network. */
  pairDiscoveryMs: 10_000,
  /** Hubs of one pool that this device syncs with: more than anyone pays for. */
  hubs: 8,
  /** Notes that are looked through for the addresses of hubs, the newest first: a name for every person and place of a long life. */
  hubNotes: 10_000,
  /** Milliseconds between two looks of a process that serves whether its home has moved to a hub: a look costs a read of one value. */
  movedPollMs: 1_000,
  /** Milliseconds between two questions to a hub whether every device has found it. */
  seenPollMs: 2_000,
  /** Bytes of operations that a server reads for a page of bare headers (headers/1), as a multiple of the page's own. */
  headersReadFactor: 4,
  /** Steps of lamport in which payloads that came after their headers are asked for: a few batches. */
  fillLamports: 500,
  /** How far what claims were derived from is followed before older payloads are asked for. */
  lineageSteps: 8,
  /** Bytes of one source file that an importer reads. */
  importFileBytes: 256 * 1024 * 1024,
  /** Characters of evidence in one question to a language model: with the instructions about 3,500 tokens, and 4,096 is a usual window. */
  modelCharacters: 6_000,
  /** Items of evidence in one question to a language model: more, and small models mix them up. */
  modelItems: 30,
  /** Claims taken from one reply of a language model: one that says more of so few items is making them up. */
  modelClaims: 40,
  /** Bytes of a language model's reply: `modelClaims` claims, many times over. */
  modelReplyBytes: 256 * 1024,
  /** Milliseconds in which a language model has to reply: a small one on an old processor takes a minute. */
  modelReplyMs: 180_000,
  /** Texts in one question what they mean: a reply of 4,096 numbers for each is within `embeddingReplyBytes`. */
  embeddingTexts: 32,
  /** Characters of a text that is asked about: some 512 tokens, the window of usual models. */
  embeddingCharacters: 2_000,
  /** Numbers that tell what a text means: no usual model has more. */
  embeddingNumbers: 4_096,
  /** Bytes of a reply that tells what texts mean: `embeddingTexts` times `embeddingNumbers` of 24 digits. */
  embeddingReplyBytes: 4 * 1024 * 1024,
  /** Texts whose meaning is kept: with 1,024 numbers each, 100 MB of memory. */
  embeddingsKept: 100_000,
  /** Questions to a language model that fail one after the other before the run ends. */
  modelFailures: 3,
  /** Milliseconds after which a slice that was not pulled again is stale, where the grant says nothing (section 8): 7 days. */
  refreshMs: 604_800_000,
  /** Milliseconds after which a purge that is owed is overdue, where the grant says nothing (section 8): 72 h. */
  purgeMs: 259_200_000,
  /** Milliseconds after which a `cap_access` is written again though nothing changed (section 8): a day. */
  accessRepeatMs: 86_400_000,
  /** Purge receipts that a server archives a day under a grant that is active: an honest delegate seldom purges one, another could fill the log. */
  receiptsPerDay: 24,
  /** Control operations that a delegate takes as `authority`: a second of checking, and more devices than a person removes. */
  authorityOps: 4_096,
  /** Attestations in one slice: a reply holds no more of ordinary length. */
  sliceClaims: 20_000,
  /** Milliseconds between two pulls of a delegate at most, however long a slice may be kept: a quarter of a day. */
  delegatePullMs: 21_600_000,
  /** Milliseconds before a delegate tries again, at first; doubled with each failure. */
  delegateRetryMs: 30_000,
  /** The same at most: a grantor that was away for days is found within the hour. */
  delegateRetryMaxMs: 3_600_000,
  /** Milliseconds that a running delegate sleeps at most: a clock that was set, or a machine that slept, is noticed within a minute. */
  delegateWakeMs: 60_000,
  /** Bytes of a credential that is read from a file: one claim is below 64 KiB, and others put pictures into theirs. */
  credentialBytes: 1024 * 1024,
  /** Bytes free on a disk below which the doctor warns: room for a full write-ahead log and a rewrite of a small store. */
  diskFreeBytes: 67_108_864,
  /** Parts beside a backup before all of it is written again: a month of days. */
  backupParts: 30,
  /** What a locked key file may ask of argon2id (KiB, passes, lanes): many times what ours do, and no more than any machine can. */
  argonMemoryKib: 1_048_576,
  argonPasses: 16,
  argonLanes: 64,
  /** Bytes of this node's own notes of refused attempts: thousands of them, and no more than a stranger's patience. */
  attemptBytes: 1_048_576,
  /** Connections of one process to PostgreSQL for reading, and as many for writing: a server allows a hundred in all by default. */
  postgresConnections: 8,
  /** Milliseconds that a read or write waits for a PostgreSQL server that restarts: it comes back in seconds. */
  postgresPatienceMs: 15_000,
  /** Characters of the name that a PostgreSQL database knows a pool by: a pool's id has 67. */
  postgresNameCharacters: 200,
  /** Rows that one transaction takes away of a pool that is removed: a second of work on a slow disk. */
  postgresRemovalRows: 5_000,
  /** Milliseconds that a write waits for other processes that write to the same pool. */
  writeTurnMs: 60_000,
  /** Milliseconds in which a program that is asked for the passphrase must have ended: a person may have to unlock their keychain. */
  passphraseCommandMs: 120_000,
  /** Bytes of what it prints: one line, however long a passphrase. */
  passphraseBytes: 4_096,
  /** Assistants of one home: more than anyone talks to, and few enough to look through for a name. */
  assistants: 64,
  /** Claims that an assistant may propose in a day, where its owner said nothing else: an owner reads no more questions than that. */
  assistantProposalsPerDay: 100,
  /** Milliseconds between two looks at the whole slice of an assistant, for its `cap_access`: a look costs what the slice holds. */
  assistantAccessMs: 60_000,
  /** Claims that are remembered as noted for one assistant in a day: a slice's. */
  assistantReadIds: 20_000,
  /** Calls per second of one assistant, sustained: a model makes a few in a minute, a loop gone wild thousands. */
  assistantCallsPerSecond: 5,
  /** Calls that an assistant may make at once, after a pause: a client that lists and reads everything as it starts. */
  assistantCallsBurst: 120,
  /** Bytes of one MCP message to this node: a claim and what was said, many times over. */
  mcpRequestBytes: 262_144,
  /** Characters of a question, or of any other text that an assistant gives; texts that were said may be longer. */
  mcpTextCharacters: 2_000,
  /** Characters of what an assistant quotes its user with: a long message, and little enough to be read by its owner. */
  mcpSaidCharacters: 8_000,
  /** Claims in one answer to an assistant: more is not read by a model, and not asked for by a person. */
  mcpAnswerClaims: 100,
  /** Tokens that an answer takes where an assistant says nothing else: a page. */
  mcpAnswerTokens: 1_500,
  /** The same at most: an eighth of a small model's window. */
  mcpAnswerTokensMax: 16_000,
  /** Sessions of one assistant over HTTP; with another one the one longest unused ends. */
  mcpSessions: 16,
  /** Milliseconds after which an unused session ends. */
  mcpSessionMs: 3_600_000,
  /** Streams of one assistant on which it is told of changes. */
  mcpSubscriptions: 16,
  /** Resources that one session may ask to be told of. */
  mcpSubscribedResources: 256,
  /** Milliseconds between two comparisons of a slice with what it was, while somebody wants to be told: each reads the slice. */
  mcpChangesMs: 1_000,
  /** Milliseconds in which a person has to answer what an assistant asks in their name. */
  mcpOwnerWordMs: 600_000,
  /** Bytes of one JSON request to `/api`: a claim is below 64 KiB, 800 ids are 56 KB. */
  apiBodyBytes: 1_048_576,
  /** Requests a second to `/api` with the token, in the long run, and at once after a pause: a page asks a few dozen when it opens. */
  apiRatePerSecond: 200,
  apiRateBurst: 2_000,
  /** The same of all who have no token together: nobody has to be answered who has none. */
  apiStrangersPerSecond: 20,
  apiStrangersBurst: 100,
  /** Pages that listen for what goes on at once: more than a person has open. */
  eventStreams: 32,
  /** Bytes of events that wait for a page which does not read: then it is dropped, and asks anew. */
  eventBufferBytes: 1_048_576,
  /** Operations of which the page shows the past: building it anew takes some seconds. */
  pastOperations: 20_000,
  /** Milliseconds between two `ping` events: a page that hears none for twice as long is offline. */
  eventPingMs: 10_000,
  /** Files in one upload: a large folder of notes or photos. */
  uploadFiles: 50_000,
  /** Bytes of one file of an upload: an archive of everything that a service had. */
  uploadFileBytes: 4_294_967_296,
  /** Bytes of one upload. */
  uploadBytes: 8_589_934_592,
  /** Milliseconds in which an upload must have come: the largest in an hour is slower than any disk. */
  uploadMs: 3_600_000,
} as const;
