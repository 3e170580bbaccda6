/** A reporter for Node's test runner: the files in which a test failed, one a line. */

import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

export default async function* failedFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const named = new Set<string>();
  for await (const event of events) {
    if (event.type !== "test:fail" || event.data.todo !== undefined) continue;
    const file = relative(process.cwd(), event.data.file ?? event.data.name);
    if (!named.has(file)) yield `${file}\n`;
    named.add(file);
  }
}
