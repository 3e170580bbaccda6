/** A pairing that is shown in the page: one at a time, each with what has become of it. */
import { PoolError } from "../../core/errors.ts";
import { shownCode } from "../../core/pair/code.ts";
import { type Node, oneLine, wordsOf } from "../../node/index.ts";
import { type PairingOptions, type ShownPairing, showPairing } from "../pairing-server.ts";
import { Refused } from "../refused.ts";
import type { Pairing } from "./contract.ts";
import type { EventHub } from "./event-hub.ts";
import { newToken } from "./guard.ts";

interface Showing {
  pairing: Pairing;
  readonly shown: ShownPairing;
  /** What goes on until it is over; never rejects. */
  done: Promise<void>;
  close(): Promise<void>;
}

const kept = 20;
/** Milliseconds in which a device that was refused hears it, if it still listens. */
const refusalMs = 2_000;

export class Pairings {
  readonly #events: EventHub;
  readonly #onDefect: (error: unknown) => void;
  /** The newest last. */
  readonly #all = new Map<string, Showing>();

  constructor(events: EventHub, onDefect: (error: unknown) => void) {
    this.#events = events;
    this.#onDefect = onDefect;
  }

  /** Shows a code. Throws `Refused`, 409, while another one is shown; rejects with what `showPairing` rejects with. */
  async begin(node: Node, options: PairingOptions & { readonly role: Pairing["role"] }): Promise<Pairing> {
    if ([...this.#all.values()].some(({ pairing }) => isOpen(pairing))) {
      throw new Refused(409, "bad_request", "a code is shown already: use it, or end it");
    }
    const shown = await showPairing(node, options);
    const { encode } = await import("uqr");
    const qr = encode(shown.link, { ecc: "L", border: 0 }).data.map((row) => row.map(Number).join(""));
    let closing: Promise<void> | null = null;
    const showing: Showing = {
      pairing: {
        id: newToken().slice(0, 16),
        state: "waiting",
        role: options.role,
        digits: shownCode(shown.inviting.code),
        link: shown.link,
        qr,
        url: shown.url,
        announced: shown.announced,
        expires_at: shown.inviting.expiresAt,
        asking: null,
        op: null,
        why: "",
      },
      shown,
      done: Promise.resolve(),
      close: () => {
        closing ??= shown.close();
        return closing;
      },
    };
    this.#all.set(showing.pairing.id, showing);
    for (const id of [...this.#all.keys()].slice(0, -kept)) this.#all.delete(id);
    showing.done = this.#attend(showing);
    return showing.pairing;
  }

  /** Throws `not_found`. */
  find(id: string): Pairing {
    return this.#find(id).pairing;
  }

  /** The owner's word on the words. Throws `Refused`, 409, unless a device is asking. */
  async confirm(id: string, same: boolean): Promise<Pairing> {
    const showing = this.#find(id);
    if (showing.pairing.state !== "asking") throw new Refused(409, "bad_request", "no device is asking under this code");
    if (!same) return this.#refuse(showing);
    this.#tell(showing, { state: "adding" });
    try {
      const op = await showing.shown.inviting.decide(true);
      this.#tell(showing, { op });
    } catch (error) {
      this.#tell(showing, { state: "over", why: wordsOfError(error) });
      await showing.close();
      throw error;
    }
    return showing.pairing;
  }

  /** Ends one: a device that was added stays. */
  async end(id: string): Promise<Pairing> {
    const showing = this.#find(id);
    if (showing.pairing.state === "asking") return this.#refuse(showing);
    if (isOpen(showing.pairing)) {
      const wasAdded = showing.pairing.state === "adding";
      this.#tell(showing, wasAdded ? { state: "done" } : { state: "over", why: "it was ended here" });
    }
    await showing.close();
    return showing.pairing;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((showing) => showing.close()));
  }

  #find(id: string): Showing {
    const found = this.#all.get(id);
    if (found === undefined) throw new PoolError("not_found", "there is no such pairing in this run");
    return found;
  }

  async #attend(showing: Showing): Promise<void> {
    const { inviting } = showing.shown;
    try {
      const { key, name, words } = await inviting.asking;
      this.#tell(showing, { state: "asking", asking: { key, name: oneLine(name, 64), words: [...wordsOf(words)] } });
      await inviting.synced;
      this.#tell(showing, { state: "done" });
      await showing.close();
    } catch (error) {
      if (!(error instanceof PoolError)) this.#onDefect(error);
      if (isOpen(showing.pairing)) this.#tell(showing, { state: "over", why: wordsOfError(error) });
      await showing.close();
    }
  }

  async #refuse(showing: Showing): Promise<Pairing> {
    const { inviting } = showing.shown;
    this.#tell(showing, { state: "refused", why: "the words were not said to be the same" });
    await inviting.decide(false);
    await Promise.race([inviting.heardNo, new Promise((resolve) => setTimeout(resolve, refusalMs).unref())]);
    await showing.close();
    return showing.pairing;
  }

  #tell(showing: Showing, news: Partial<Pairing>): void {
    showing.pairing = { ...showing.pairing, ...news };
    this.#events.tell("pairing", { pairing: showing.pairing });
  }
}

function isOpen({ state }: Pairing): boolean {
  return state === "waiting" || state === "asking" || state === "adding";
}

function wordsOfError(error: unknown): string {
  return error instanceof PoolError ? error.message : "it failed by a defect of this program";
}
