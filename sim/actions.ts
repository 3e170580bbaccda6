/**
 * What can happen in a simulated history. A script is a list of these and nothing else: each action carries the seed of
 * its own choices, and one that finds nothing to do does nothing. So any part of a script is a script, which is what makes
 * a failing one shrink.
 */

/** What the network does to a packet. `mangle` changes it as a liar would, `corrupt` as a bad wire would. */
export type Fate = "ok" | "lose" | "duplicate" | "corrupt" | "truncate" | "mangle";

export type HostileKind = "fault" | "gossip" | "strip" | "backdate" | "forge" | "stranger" | "fuzz";

export type Action =
  /** A device writes one to four operations. */
  | { readonly do: "write"; readonly node: number; readonly s: number }
  /** A device, or root on it, adds or removes a device. */
  | { readonly do: "control"; readonly node: number; readonly s: number; readonly root: boolean }
  /** A device begins to sync with another, while everything else goes on. */
  | { readonly do: "sync"; readonly node: number; readonly peer: number; readonly plain: boolean }
  /** Some of the packets under way arrive, all at once, or meet their fate. */
  | { readonly do: "deliver"; readonly s: number; readonly count: number; readonly fate: Fate }
  /** The process dies at its `at`-th step on the disk from now on; 0 is at once. */
  | { readonly do: "crash"; readonly node: number; readonly at: number }
  /** The disk refuses its `at`-th change from now on, once. */
  | { readonly do: "full"; readonly node: number; readonly at: number }
  | { readonly do: "restart"; readonly node: number }
  | { readonly do: "backup"; readonly node: number }
  /** The disk goes back to its backup; with `seen`, as when a home is opened that can tell. */
  | { readonly do: "restore"; readonly node: number; readonly seen: boolean }
  /** A copy of key and disk begins to run beside the original. */
  | { readonly do: "clone"; readonly node: number }
  /** On a device, root removes a key that was cloned, from the moment of that on: its owner found that it was stolen. */
  | { readonly do: "expel"; readonly node: number; readonly s: number }
  /** Nodes whose bits in `sides` differ can't reach one another. */
  | { readonly do: "split"; readonly sides: number }
  | { readonly do: "join" }
  /** The clock is set so far off, in ms. */
  | { readonly do: "clock"; readonly node: number; readonly off: number }
  /** Somebody sends a node what no honest program sends. */
  | { readonly do: "hostile"; readonly node: number; readonly kind: HostileKind; readonly s: number }
  /** The words of one stored operation change on the disk. */
  | { readonly do: "rot"; readonly node: number; readonly s: number }
  /** A new, empty disk. */
  | { readonly do: "replace"; readonly node: number }
  /** A device makes findable what arrived, as one does that has been left in peace for a moment, or is asked. */
  | { readonly do: "index"; readonly node: number }
  /** A device grants the delegate a slice. */
  | { readonly do: "grant"; readonly node: number; readonly s: number }
  /** A device, or root on it, takes a grant back. */
  | { readonly do: "revoke"; readonly node: number; readonly s: number; readonly root: boolean }
  /** The delegate pulls a grant, or tells what it purged. */
  | { readonly do: "pull"; readonly s: number }
  | { readonly do: "receipts" }
  /** Time passes for the delegate, in ms. */
  | { readonly do: "wait"; readonly ms: number }
  /** Every check that concerns one node alone. */
  | { readonly do: "audit"; readonly node: number };

export interface Script {
  /** Of names and keys; the same for every script that is shrunk from one. */
  readonly seed: number;
  /** Whether there is a delegate. Then signatures are real: it verifies as it does anywhere. */
  readonly delegate?: boolean;
  /** Devices at the start. */
  readonly nodes: number;
  readonly actions: readonly Action[];
}
