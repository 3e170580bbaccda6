/** Asks the memory a question, as an assistant does before it answers. */
import { connected } from "./connected.ts";

const question = process.argv.slice(2).join(" ") || "where do I live?";
const memory = await connected();
const recalled = await memory.recall(question, { limit: 5 });
if (!recalled.knows) console.log("I don't know.");
for (const { sentence, confidence, trust } of recalled.claims) console.log(`${sentence} (confidence ${confidence}, trust ${trust})`);
// What a language model is given is `recalled.text`: quoted as data, and marked so that no import takes it for the owner's word.
if (process.env["SHOW_TEXT"]) console.log(recalled.text);
await memory.close();
