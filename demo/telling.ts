/** How the demo tells its story: chapters, what the devices printed, and a word in between. */
import type { Device } from "./devices.ts";

export function chapter(title: string): void {
  console.log(`\n${"─".repeat(Math.min(78, title.length))}\n${title}\n`);
}

export function show({ name }: Device, printed: string): void {
  for (const line of printed.split("\n")) console.log(`  ${name.padEnd(6)} │ ${line}`);
}

export function tell(text: string): void {
  console.log(`\n  ${text}`);
}
