/** What an operator does with a hub, for the command line and for its processes. */
export { type AdminApiOptions, adminApi, startAdmin } from "./admin-api.ts";
export { readAdminToken } from "./admin-token.ts";
export { type Deleted, type DeleteWish, deletePool, finishAllLeaving, shownDeletion } from "./delete-pool.ts";
export { exportPool } from "./export-pool.ts";
export { invitations, type ListedInvitation, type MadeInvitation, makeInvitation, type NewInvitation, revokeInvitation } from "./invite.ts";
export { type OperatorsCommand, openOperator } from "./open-operator.ts";
export type { Operated } from "./operator.ts";
export { allPools, type ListedPool, poolPage, type ShownPool, showPool } from "./pools.ts";
export { takenAlways, withinQuota } from "./quota.ts";
export { resumePool, setQuota, suspendPool } from "./serving.ts";
