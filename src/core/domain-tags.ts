/** The first line of everything that is signed or hashed for one purpose, so that no signature and no hash serves two. */
export const domainTags = {
  op: "fablepool.op.v1\n",
  batch: "fablepool.batch.v1\n",
  declaration: "fablepool.declaration.v1\n",
  attestation: "fablepool.att.v1\n",
  /** What a recovery phrase's entropy becomes: the seed of root, and the secret that backups are sealed for (spec/10-recovery.md). */
  rootKey: "fablepool.root-key.v1\n",
  backupKey: "fablepool.backup-key.v1\n",
  pairCommitment: "fablepool.pair.commitment.v1\n",
  pairWords: "fablepool.pair.words.v1\n",
  /** What finds typing errors in an invitation to a hub (spec/11-hosting.md). */
  hubInvitation: "fablepool.hub.invitation.v1\n",
  /** This implementation's own: seeds of the keys that a device makes for language models. */
  modelKey: "fablepool.model-key.v1\n",
  /** This implementation's own: tokens by which assistants come over HTTP. */
  assistantToken: "fablepool.assistant-token.v1\n",
  /** This implementation's own: what a hub's processes name a pool by to one another. */
  poolNews: "fablepool.pool-news.v1\n",
} as const;
