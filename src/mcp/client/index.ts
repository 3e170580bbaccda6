/** `fablepool/client`: for developers of assistants. */
export { type ErrorCode, PoolError } from "../../core/errors.ts";
export type {
  About,
  AboutOptions,
  Claim,
  Confirmed,
  Corrected,
  Correcting,
  Forgotten,
  Questions,
  QuestionsOptions,
  Recalled,
  RecallOptions,
  Refuted,
  Remembered,
  Remembering,
  WhyAnswer,
} from "./answers.ts";
export { type ConnectOptions, connectMemory, type MemoryAddress, type MemoryClient, type Watched } from "./memory-client.ts";
