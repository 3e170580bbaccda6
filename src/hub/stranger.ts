/** What anybody may hear of a node of this hub: who it is. */
import type { Json, JsonObject } from "../core/ports.ts";
import { isObject, protocol, refusal } from "../core/sync/messages.ts";

export function answerStranger(node: string, message: Json): JsonObject {
  return isGreeting(message) ? { type: "hello", protocol, node } : { ...refusal };
}

export function isGreeting(message: Json): boolean {
  return isObject(message) && message["type"] === "hello";
}
