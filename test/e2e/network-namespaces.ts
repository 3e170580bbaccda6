/** Two machines on one network, as far as their programs can tell: network namespaces of Linux with a cable between them. Needs root. */
import { execFileSync } from "node:child_process";

export interface TwoMachines {
  /** Words to put before a command, so that it runs on that machine. */
  readonly on: readonly [readonly string[], readonly string[]];
  readonly addresses: readonly [string, string];
  /** The interface on the first machine. */
  readonly cable: string;
  dispose(): void;
}

/** Null where the system does not allow it. */
export function twoMachines(): TwoMachines | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const names = [`fpl-a-${process.pid}`, `fpl-b-${process.pid}`] as const;
  const cables = [`fpa${process.pid}`, `fpb${process.pid}`] as const;
  const addresses = ["10.83.7.1", "10.83.7.2"] as const;
  const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "ignore" });
  const dispose = () => {
    for (const name of names) {
      try {
        ip("netns", "delete", name);
      } catch {
        // it was never made
      }
    }
  };
  try {
    for (const name of names) ip("netns", "add", name);
    ip("link", "add", cables[0], "netns", names[0], "type", "veth", "peer", "name", cables[1], "netns", names[1]);
    for (const at of [0, 1] as const) {
      ip("-n", names[at], "address", "add", `${addresses[at]}/24`, "dev", cables[at]);
      ip("-n", names[at], "link", "set", cables[at], "up");
      ip("-n", names[at], "link", "set", "lo", "up");
    }
  } catch {
    dispose();
    return null;
  }
  const on = names.map((name) => ["ip", "netns", "exec", name]) as unknown as TwoMachines["on"];
  return { on, addresses, cable: cables[0], dispose };
}
