/** The person's word on a claim, and the way to take it back. */
import { touched } from "../api/change.ts";
import { ask, Problem } from "../api/client.ts";
import type { Judged, JudgementRequest } from "../api/contract.ts";
import { toast } from "../shell/toast.ts";
import { t } from "../strings/text.ts";

/** Rejects with `Problem`. What is looked at is asked for again. */
export async function judge(request: JudgementRequest): Promise<Judged> {
  const judged = await ask<Judged>("/judgements", { method: "POST", body: request });
  touched();
  return judged;
}

/** Says what was done and offers to take it back. */
export function tellJudged(judged: Judged): void {
  const { kind, op, falls, rises } = judged;
  const text = [
    t(`judged.${kind}`),
    falls > 0 ? t("judged.falls", { count: falls }) : "",
    rises > 0 ? t("judged.rises", { count: rises }) : "",
  ];
  toast(text.filter((part) => part !== "").join(" "), kind === "undo" ? undefined : { label: t("judge.undo"), run: () => void undo(op) });
}

export async function undo(op: string): Promise<void> {
  await judgeAndTell({ kind: "undo", target: op });
}

/** For judgements that are given with one press: a problem is told like the result. */
export async function judgeAndTell(request: JudgementRequest): Promise<void> {
  try {
    tellJudged(await judge(request));
  } catch (cause) {
    toast(cause instanceof Problem ? t("judge.failed", { why: cause.message }) : t("problem.other"));
  }
}
