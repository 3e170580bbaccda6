/** An answer's three faces: on its way, not to be had, there. What was there stays while a newer one is on its way. */
import type { ReactNode } from "react";
import type { Answer } from "../api/answers.ts";
import { Bones } from "./bones.tsx";
import { Trouble } from "./trouble.tsx";

export interface LoadedProps<Value> {
  readonly answer: Answer<Value>;
  readonly bones?: number;
  readonly children: (value: Value) => ReactNode;
}

export function Loaded<Value>({ answer: { value, problem }, bones = 4, children }: LoadedProps<Value>) {
  if (value !== undefined) return children(value);
  // Out of reach is told once, by the shell's banner.
  if (problem && problem.code !== "unreachable") return <Trouble problem={problem} />;
  return <Bones count={bones} />;
}
