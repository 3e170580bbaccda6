/** Says each time what is known of one subject under one predicate, until it has changed as often as is wanted. */
import { connected } from "./connected.ts";

const [subject = "self", predicate = "place.home", times = "1"] = process.argv.slice(2);
const memory = await connected();
let left = Number(times);
const { promise: ended, resolve } = Promise.withResolvers<void>();
const stop = await memory.watch({ subject, predicate }, async () => {
  const { claims } = await memory.about({ topic: predicate, subject });
  console.log(claims.map(({ sentence }) => sentence).join("; ") || "nothing any more");
  if (--left === 0) resolve();
});
console.log("watching");
await ended;
await stop();
await memory.close();
