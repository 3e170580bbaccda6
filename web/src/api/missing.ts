/** Asking for one thing by an id from the page's address, which may be cut, mistyped, or of what is gone. */
import { t } from "../strings/text.ts";
import type { Answer } from "./answers.ts";
import { Problem } from "./client.ts";

/** The answer, with an id that is none, or of nothing, told as that and not in the words of the interface. */
export function ofAddress<Value>(answer: Answer<Value>): Answer<Value> {
  if (answer.problem?.code !== "bad_request" && answer.problem?.code !== "not_found") return answer;
  return { ...answer, problem: new Problem("not_found", answer.problem.status, t("problem.address")) };
}
