import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine } from "../machine.ts";
import { findNatsServer } from "./nats-server.ts";

function machine(programs: readonly string[], installs: boolean, env: Record<string, string> = {}): Machine & { readonly ran: string[] } {
  const there = new Set(programs);
  const ran: string[] = [];
  return {
    ran,
    platform: "linux",
    isRoot: true,
    env: { PATH: "/opt/bin", ...env },
    isProgram: (path) => there.has(path),
    run(program, args) {
      ran.push(program);
      if (installs && args.includes("install")) there.add("/usr/sbin/nats-server");
      return { ok: installs, said: "no network" };
    },
    tell() {},
  };
}

test("a nats-server that is here is taken; else Debian's is installed; else one line says what to do", () => {
  const here = ["/named", "/opt/bin/nats-server", "/usr/sbin/nats-server"];
  assert.equal(findNatsServer(machine(here, false, { FABLEPOOL_NATS_SERVER: "/named" })), "/named");
  assert.equal(findNatsServer(machine(here, false)), "/opt/bin/nats-server");
  assert.equal(findNatsServer(machine(here.slice(2), false)), "/usr/sbin/nats-server");
  assert.throws(() => findNatsServer(machine(here, false, { FABLEPOOL_NATS_SERVER: "/gone" })), /names \/gone/);
  const debian = machine(["/usr/bin/apt-get"], true);
  assert.equal(findNatsServer(debian), "/usr/sbin/nats-server");
  assert.equal(debian.ran.length, 1);
  assert.throws(() => findNatsServer(machine(["/usr/bin/apt-get"], false)), /install it, or name it.*apt-get: no network/);
  assert.throws(() => findNatsServer(machine([], false)), /install it, or name it in FABLEPOOL_NATS_SERVER$/);
});
