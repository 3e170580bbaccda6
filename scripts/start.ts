/** `npm start`: opens the inspector; `npm start -- claims` runs any other command. */
const [node = "", , ...args] = process.argv;
process.argv = [node, "fablepool", ...(args.length > 0 ? args : ["open"])];
await import("../src/cli/main.ts");
