import type { ImportProblem } from "../importer.ts";
import type { LineRange } from "../place.ts";
import { type ContentLine, parseContentLine } from "./content-line.ts";
import { type LogicalLine, logicalLines } from "./logical-lines.ts";

/** `BEGIN:NAME` to `END:NAME`. */
export interface Component extends LineRange {
  /** Upper case. */
  readonly name: string;
  readonly properties: readonly ContentLine[];
  readonly children: readonly Component[];
  /** True when something directly inside it was left out. */
  readonly damaged: boolean;
}

interface OpenComponent {
  readonly name: string;
  readonly from: number;
  readonly properties: ContentLine[];
  readonly children: Component[];
  damaged: boolean;
}

/** Components that can't stand inside one another, so one that begins shows that the other lacks its end. */
const siblings: ReadonlySet<string> = new Set(["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VCALENDAR"]);

const depthMax = 16;

/** What stands inside components, and outside them, as a tree. Never throws: whatever doesn't fit is a problem. */
export function readComponents(bytes: Uint8Array): { roots: readonly Component[]; problems: readonly ImportProblem[] } {
  const tree = new Tree();
  for (const line of logicalLines(bytes)) tree.add(line);
  return tree.finish();
}

class Tree {
  readonly #roots: Component[] = [];
  readonly #open: OpenComponent[] = [];
  readonly #problems: ImportProblem[] = [];
  #begun = false;
  #last = 0;
  #unreadable = { first: 0, count: 0 };

  add({ text, line }: LogicalLine): void {
    const property = parseContentLine(text, line);
    this.#last = line;
    if (property === null || (this.#open.length === 0 && !/^(?:BEGIN|END|X-.*)$/.test(property.name))) {
      this.#addUnreadable(line);
      return;
    }
    this.#reportUnreadable();
    const name = property.value.trim().toUpperCase();
    if (property.name === "BEGIN") this.#begin(name, line);
    else if (property.name === "END") this.#end(name, line);
    else this.#open.at(-1)?.properties.push(property);
  }

  finish(): { roots: readonly Component[]; problems: readonly ImportProblem[] } {
    if (!this.#begun) return { roots: [], problems: [{ position: "", reason: "holds no iCalendar component" }] };
    this.#reportUnreadable();
    this.#closeDownTo(0, this.#last);
    return { roots: this.#roots, problems: this.#problems };
  }

  #begin(name: string, line: number): void {
    this.#begun = true;
    if (siblings.has(name)) {
      const clash = this.#open.findIndex((open) => siblings.has(open.name) && (open.name !== "VCALENDAR" || name === "VCALENDAR"));
      if (clash !== -1) this.#closeDownTo(clash, line - 1);
    }
    if (this.#open.length >= depthMax) this.#report(line, `components stand more than ${depthMax} deep: BEGIN left out`);
    else this.#open.push({ name, from: line, properties: [], children: [], damaged: false });
  }

  #end(name: string, line: number): void {
    const depth = this.#open.findLastIndex((open) => open.name === name);
    if (depth === -1) {
      this.#report(line, "END without its BEGIN");
      return;
    }
    this.#closeDownTo(depth + 1, line);
    const open = this.#open.pop();
    if (open !== undefined) this.#keep({ ...open, to: line });
  }

  /** Ends what lacks its END. A calendar holds whole components all the same; any other may be cut short and is left out. */
  #closeDownTo(depth: number, line: number): void {
    while (this.#open.length > depth) {
      const open = this.#open.pop();
      if (open === undefined) return;
      const cut = siblings.has(open.name) ? open.name !== "VCALENDAR" : open.children.length === 0;
      this.#report(open.from, `${shown(open.name)} has no END${cut ? ": left out" : ""}`);
      if (cut) this.#damage();
      else this.#keep({ ...open, to: line });
    }
  }

  #keep(component: Component): void {
    (this.#open.at(-1)?.children ?? this.#roots).push(component);
  }

  #addUnreadable(line: number): void {
    if (this.#unreadable.count === 0) this.#unreadable.first = line;
    this.#unreadable.count += 1;
    this.#damage();
  }

  #damage(): void {
    const open = this.#open.at(-1);
    if (open !== undefined) open.damaged = true;
  }

  /** Lines that follow one another make one problem: most often they are one text with bare line breaks. */
  #reportUnreadable(): void {
    const { first, count } = this.#unreadable;
    if (count === 0) return;
    this.#report(first, count === 1 ? "not a property: left out" : `${count} lines that are no properties: left out`);
    this.#unreadable.count = 0;
  }

  #report(line: number, reason: string): void {
    this.#problems.push({ position: `line ${line}`, reason });
  }
}

function shown(name: string): string {
  return /^[\w-]{1,40}$/.test(name) ? name : "component";
}
