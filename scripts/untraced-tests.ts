/**
 * Imported before a test file. Node's test runner follows every promise by an async hook, so that an error which nobody catches is told as of the
 * test that it came from: a fifth of the time of tests that await much. Without the hook such an error fails the file, with its words.
 */
import asyncHooks from "node:async_hooks";

const hook: asyncHooks.AsyncHook = { enable: () => hook, disable: () => hook };
Object.assign(asyncHooks, { createHook: () => hook });
