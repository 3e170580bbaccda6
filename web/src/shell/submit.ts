/** Sending something to the node once: busy while it is on its way, its problem when it fails. */
import { useState } from "react";
import { touched } from "../api/change.ts";
import { ask, Problem } from "../api/client.ts";

export interface Submit<Answer> {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  readonly answer: Answer | null;
  /** Resolves with the answer, or null when there is a problem or it is on its way already. */
  readonly send: (path: string, body?: unknown, method?: "POST" | "DELETE") => Promise<Answer | null>;
}

export function useSubmit<Answer>(): Submit<Answer> {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const send: Submit<Answer>["send"] = async (path, body = {}, method = "POST") => {
    if (isBusy) return null;
    setBusy(true);
    setProblem(null);
    try {
      const value = await ask<Answer>(path, method === "DELETE" ? { method } : { method, body });
      setAnswer(value);
      touched();
      return value;
    } catch (cause) {
      setProblem(cause instanceof Problem ? cause : new Problem("internal", 0, String(cause)));
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problem, answer, send };
}
