import type { JsonObject } from "../../../core/ports.ts";
import { listOf, numberOf, objectOf, textOf } from "../../messages/json-fields.ts";

/** A node of a conversation's tree that has a message. */
export interface PathNode {
  readonly id: string;
  readonly message: JsonObject;
}

/**
 * The conversation as it stands: the messages from its beginning to `current_node`. Prompts that were written anew leave branches, which
 * are not part of it. Without a current node that is there, the way to the newest message.
 */
export function pathOf(conversation: JsonObject): PathNode[] {
  const mapping = objectOf(conversation["mapping"]);
  const path: PathNode[] = [];
  const seen = new Set<string>();
  let id = endOf(mapping, textOf(conversation["current_node"]));
  while (id !== undefined && !seen.has(id) && Object.hasOwn(mapping, id)) {
    seen.add(id);
    const node = objectOf(mapping[id]);
    const message = objectOf(node["message"]);
    if (Object.keys(message).length > 0) path.push({ id, message });
    id = textOf(node["parent"]);
  }
  return path.reverse();
}

function endOf(mapping: JsonObject, current: string | undefined): string | undefined {
  if (current !== undefined && Object.hasOwn(mapping, current)) return current;
  let newest: { id: string; at: number } | undefined;
  for (const [id, node] of Object.entries(mapping)) {
    const isLeaf = listOf(objectOf(node)["children"]).length === 0;
    const at = numberOf(objectOf(objectOf(node)["message"])["create_time"]) ?? Number.NEGATIVE_INFINITY;
    // Of messages without time the later in the file is the newer.
    if (isLeaf && (newest === undefined || at >= newest.at)) newest = { id, at };
  }
  return newest?.id;
}
