/**
 * What a change does to claims: noted while it is made, or foreseen. To foresee it, it is made, with the very operations that would be
 * signed, and its transaction given up: what is foreseen is what the same rules will decide.
 */
import type { ClaimStatus } from "../core/claim/status.ts";
import { PoolError } from "../core/errors.ts";
import type { OpId } from "../core/op/operation.ts";
import type { ClaimRow, Store, Transactor } from "../store/index.ts";
import { type Node, nodeOver } from "./open-node.ts";
import { Replica } from "./replica.ts";

/** A claim whose status moves; `before` is null of a claim that is new. */
export interface Moved {
  readonly id: OpId;
  readonly before: ClaimStatus | null;
  readonly after: ClaimStatus;
}

/**
 * What would move if `work` were done now, up to and with its first write. Rejects with what it rejects with before that. Nothing is
 * kept; who else writes waits for as long as it takes.
 */
export async function foresee(node: Node, work: (node: Node) => Promise<unknown>): Promise<Moved[]> {
  const noted = new Map<OpId, Moved>();
  const store = throughWrites(node.replica.store, async (tx, inner) => {
    await inner(noting(tx, noted));
    throw new GivenUp();
  });
  try {
    await work(nodeOver(node.home, node.writer, new Replica(store, node.replica.crypto)));
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
  }
  return moves(noted);
}

/** Does `work`, and notes what moved. */
export async function noteMoves<Result>(
  node: Node,
  work: (node: Node) => Promise<Result>,
): Promise<{ readonly result: Result; readonly moved: Moved[] }> {
  const noted = new Map<OpId, Moved>();
  const replica = new Replica(
    throughWrites(node.replica.store, (tx, inner) => inner(noting(tx, noted))),
    node.replica.crypto,
  );
  replica.onChange((change) => node.replica.tell(change));
  const result = await work(nodeOver(node.home, node.writer, replica));
  return { result, moved: moves(noted) };
}

class GivenUp extends PoolError {
  constructor() {
    super("interrupted", "what is foreseen is not kept");
  }
}

type Write = <Result>(tx: Transactor, inner: (tx: Transactor) => Promise<Result>) => Promise<Result>;

function throughWrites(store: Store, write: Write): Store {
  return {
    read: (work) => store.read(work),
    write: (work) => store.write((tx) => write(tx, work)),
    close: async () => {},
  };
}

function moves(noted: ReadonlyMap<OpId, Moved>): Moved[] {
  return [...noted.values()].filter(({ before, after }) => before !== after);
}

/** The same transaction; the statuses that claims had, and are given, are noted. */
function noting(tx: Transactor, noted: Map<OpId, Moved>): Transactor {
  const note = async (changes: readonly { readonly id: OpId; readonly status: ClaimStatus }[]) => {
    const unknown = changes.filter(({ id }) => !noted.has(id)).map(({ id }) => id);
    const statuses = new Map((await tx.claims(unknown)).map((row) => [row.id, row.status]));
    for (const { id, status: after } of changes) {
      const before = noted.get(id)?.before ?? statuses.get(id) ?? null;
      noted.set(id, { id, before, after });
    }
  };
  const own: Pick<Transactor, "putClaims" | "setStatuses"> = {
    async putClaims(rows: readonly ClaimRow[]) {
      await note(rows);
      await tx.putClaims(rows);
    },
    async setStatuses(changes) {
      await note(changes);
      await tx.setStatuses(changes);
    },
  };
  return new Proxy(tx, {
    get: (target, name) => {
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own];
      const member = Reflect.get(target, name, target) as unknown;
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
