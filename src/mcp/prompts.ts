/** Prompts: what people often want of a memory, ready to be picked in a client. No stored text is in them. */
import type { GetPromptResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { limits } from "../core/limits.ts";

const text = (words: string): GetPromptResult => ({ messages: [{ role: "user", content: { type: "text", text: words } }] });
const words = z.string().max(limits.mcpTextCharacters);

export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    "what-do-you-know",
    {
      title: "What do you know about me, and why?",
      description: "Tells what the memory holds, and where it comes from.",
      argsSchema: z.object({ topic: words.optional().describe("Only this, as “food” or “my work”.") }),
    },
    ({ topic }) =>
      text(
        `What do you know about me${topic ? `, concerning ${topic},` : ""} and why do you believe it? ${topic ? "Recall it" : "Use `about`, then `recall` for what matters"}, ` +
          "and for the most important claims use `why`. Tell me for each how sure you are and where it comes from. Say plainly what you don't know.",
      ),
  );
  server.registerPrompt(
    "remember-this",
    {
      title: "Remember this about me",
      description: "Has what you say proposed for your memory.",
      argsSchema: z.object({ fact: words.describe("In your own words.") }),
    },
    ({ fact }) =>
      text(
        `Remember this about me: ${fact}\n\nMake one claim of each fact with \`remember\`, and give my words in \`said\`. Then tell me how I confirm them, or ask me and use \`confirm\`.`,
      ),
  );
  server.registerPrompt(
    "review",
    { title: "Go through what is unsure", description: "Asks you, one by one, what the memory would like to know." },
    () =>
      text(
        "Look at `questions`, and ask me about them one at a time. After each answer use `confirm`, `refute` or `correct`. Stop when I say so.",
      ),
  );
  server.registerPrompt(
    "that-is-wrong",
    {
      title: "That is wrong",
      description: "Finds what the memory has wrong, and puts it right.",
      argsSchema: z.object({ wrong: words.describe("What is wrong, in your own words.") }),
    },
    ({ wrong }) =>
      text(
        `Something in my memory is wrong: ${wrong}\n\nFind the claims with \`recall\`, show me them with \`why\`, and ask me before you \`correct\` or \`refute\` any.`,
      ),
  );
}
