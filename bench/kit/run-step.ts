import { fork } from "node:child_process";
import { join } from "node:path";
import type { Step, StepResult } from "./scale-step.ts";

/** Runs one step in a process of its own; one that serves goes on until `end`. */
export function runStep(step: Step): { result: Promise<StepResult>; end: () => void } {
  const child = fork(join(import.meta.dirname, "scale-step.ts"), [JSON.stringify(step)]);
  const result = new Promise<StepResult>((resolve, reject) => {
    child.once("message", (message) => resolve(message as StepResult));
    child.once("exit", (code) => reject(new Error(`${step.do} ended with code ${code}`)));
  });
  return { result, end: () => child.disconnect() };
}
