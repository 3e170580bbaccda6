import { type Command, InvalidArgumentError, Option } from "commander";
import { claimStatuses } from "../../core/claim/status.ts";
import { PoolError } from "../../core/errors.ts";
import { type Found, type FoundStatus, type FoundType, type Search, search } from "../../node/index.ts";
import { action } from "../context.ts";
import { emptyWords } from "../empty.ts";
import { addWords } from "../help.ts";
import { counted, oneLine, shortId, timeText } from "../text.ts";
import { toCount, toTime } from "../values.ts";

interface FindOptions {
  readonly type?: FoundType;
  readonly kind?: string[];
  readonly predicate?: string;
  readonly person?: string;
  readonly place?: string;
  readonly from?: number;
  readonly until?: number;
  readonly status?: FoundStatus[];
  readonly limit: number;
}

const statuses: readonly FoundStatus[] = [...claimStatuses, "holds"];

const help = `Ask as you would ask a person, or give the words you remember; the best answers come first. Words that are rare in your
memory count most, words in a title or a name more than words in a text, and a time that you name (a day, a weekday, a
month, a year, yesterday, last week) leads to what took place then. A word that nothing has is taken for the beginning of one.
  fablepool find when did I last see the dentist
  fablepool find "electricity bill in March 2025" --kind mail
  fablepool find choir on Monday evenings
  fablepool find --person Ada --from 2025-01-01 --until 2025-02-01
  fablepool find allergies --type claim --predicate health

Found are claims that are active or superseded, and evidence that holds, in its newest version; --status asks for others.
\`fablepool show <id>\` shows all of it, \`fablepool why <id>\` where a claim comes from.`;

export function findCommand(program: Command): void {
  const command = program
    .command("find")
    .summary("find what is known, by a question or by words")
    .description("Searches claims and evidence.")
    .argument("[words...]", "a question, or words")
    .addOption(new Option("--type <type>", "only claims, or only evidence").choices(["claim", "evidence"]))
    .option("--kind <kind>", "only evidence of this kind: event, note, photo, message, … (may be repeated)", gathered)
    .option("--predicate <name>", "only claims of this predicate, or of those below it")
    .option("--person <name>", "only what names this person")
    .option("--place <name>", "only what names this place")
    .option("--from <date>", "only what took place then or later (2026-01-31, or with a time)", toTime)
    .option("--until <date>", "only what took place before", toTime)
    .addOption(new Option("--status <status>", "only of this status (may be repeated)").choices([...statuses]).argParser(toStatus))
    .option("--limit <number>", "at most so many", toCount, 10);
  addWords(command, help);
  action<[string[], FindOptions]>(command, async ({ output, withNode }, words, options) => {
    const asked = searchOf(words.join(" "), options);
    const { found, empty } = await withNode(async (node) => ({
      found: await search(node.replica, asked),
      empty: await emptyWords(node, "nothing found: try fewer or other words, or fewer filters"),
    }));
    output.result(found, found.map(lines).join("\n"));
    output.note(found.length === 0 ? empty : counted(found.length, "result"));
    return undefined;
  });
}

function searchOf(text: string, options: FindOptions): Search {
  const { type, kind, status, limit, ...filters } = options;
  const given = Object.keys(filters).length > 0 || type !== undefined || kind !== undefined || status !== undefined;
  if (text.trim() === "" && !given) throw new PoolError("usage", "say what to look for: `fablepool find <words>`, or give a filter");
  const { predicate, person, place, from, until } = filters;
  return {
    text,
    now: Date.now(),
    limit,
    ...(type === undefined ? {} : { types: [type] }),
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(status === undefined ? {} : { statuses: status }),
    ...(predicate === undefined ? {} : { predicate }),
    ...(person === undefined ? {} : { person }),
    ...(place === undefined ? {} : { place }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** What it is, and below it the part that answers, unless that says it all. */
function lines({ id, kind, status, when, title, snippet }: Found): string {
  const [about, part] = [oneLine(title), oneLine(snippet, 220)];
  const whole = part.startsWith(about.replace(/…$/, ""));
  const head = [shortId(id), status, timeText(when).slice(0, 10), `${oneLine(kind, 30)}: ${whole ? part : about}`];
  const first = head.filter((each) => each !== "").join("  ");
  return whole || part === "" ? first : `${first}\n    ${part}`;
}

function gathered(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function toStatus(value: string, before: FoundStatus[] | undefined): FoundStatus[] {
  const status = statuses.find((each) => each === value);
  if (status === undefined) throw new InvalidArgumentError(`It must be one of ${statuses.join(", ")}.`);
  return [...(before ?? []), status];
}
