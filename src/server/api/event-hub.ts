/** What goes on, told to every page that listens. A page that does not read in time is dropped: it comes back, and asks anew. */
import { limits } from "../../core/limits.ts";
import type { Events } from "./contract.ts";

type Listener = (text: string) => void;

export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #onClose = new Set<() => void>();

  get isFull(): boolean {
    return this.#listeners.size >= limits.eventStreams;
  }

  /** `listener` is given each event as the text of the stream, and must not throw; returns how to stop. */
  subscribe(listener: Listener, onClose: () => void): () => void {
    this.#listeners.add(listener);
    this.#onClose.add(onClose);
    return () => {
      this.#listeners.delete(listener);
      this.#onClose.delete(onClose);
    };
  }

  tell<Name extends keyof Events>(name: Name, data: Events[Name]): void {
    if (this.#listeners.size === 0) return;
    const text = eventText(name, data);
    for (const listener of this.#listeners) listener(text);
  }

  close(): void {
    for (const close of this.#onClose) close();
  }
}

/** JSON has no line breaks, so that one line holds it. */
export function eventText<Name extends keyof Events>(name: Name, data: Events[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
