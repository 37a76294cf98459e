import assert from "node:assert/strict";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { SystemdNotifier } from "./systemd_notifier.ts";
import { unixDatagrams } from "./unix_datagrams.ts";

interface Listener {
  receive(): Promise<[Uint8Array, unknown]>;
  close(): void;
}
const { listenDatagram } = Deno as unknown as {
  listenDatagram(options: { transport: "unixpacket"; path: string }): Listener;
};

async function next(listener: Listener): Promise<string> {
  const [data] = await listener.receive();
  return new TextDecoder().decode(data);
}

Deno.test("SystemdNotifier tells a real socket that it is ready, alive, how it is, and that it stops", async () => {
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/notify`;
  const systemd = listenDatagram({ transport: "unixpacket", path: socket });
  const clock = new ManualClock();
  let status = "12 entities,\ncan0 up";
  const notifier = new SystemdNotifier({
    place: { socket, watchdogUs: 8_000_000 },
    open: (path) => unixDatagrams(path, { folder }),
    clock,
    logger: silentLogger,
    status: () => status,
  });
  notifier.ready();
  assert.equal(await next(systemd), "READY=1\nSTATUS=12 entities, can0 up");
  clock.advance(4000);
  assert.equal(await next(systemd), "WATCHDOG=1");
  status = "can0 down";
  clock.advance(6000);
  assert.deepEqual([await next(systemd), await next(systemd)].sort(), ["STATUS=can0 down", "WATCHDOG=1"]);
  notifier.stopping();
  assert.equal(await next(systemd), "STOPPING=1");
  assert.equal(clock.pending, 0);
  systemd.close();
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["notify"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("SystemdNotifier.handOver() leaves the signs of life to another notifier, and does not say that it stops", async () => {
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/notify`;
  const systemd = listenDatagram({ transport: "unixpacket", path: socket });
  const clock = new ManualClock();
  const make = (text: string) =>
    new SystemdNotifier({
      place: { socket, watchdogUs: 8_000_000 },
      open: (path) => unixDatagrams(path, { folder }),
      clock,
      logger: silentLogger,
      status: () => text,
    });
  const [recovery, program] = [make("recovery"), make("well")];
  recovery.ready();
  assert.equal(await next(systemd), "READY=1\nSTATUS=recovery");
  recovery.handOver();
  assert.equal(clock.pending, 0);
  program.ready();
  assert.equal(await next(systemd), "READY=1\nSTATUS=well");
  program.stopping();
  assert.equal(await next(systemd), "STOPPING=1");
  systemd.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("SystemdNotifier does nothing without systemd, and only warns when its socket cannot be had", async () => {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const parts = {
    open: (path: string) => unixDatagrams(path, { folder: "/nonexistent" }),
    clock,
    logger: { ...silentLogger, warn: (message: string) => void warnings.push(message) },
    status: () => "well",
  };
  const without = new SystemdNotifier({ ...parts, place: { socket: undefined, watchdogUs: 1 } });
  without.ready();
  without.stopping();
  const broken = new SystemdNotifier({ ...parts, place: { socket: "/nonexistent/notify", watchdogUs: undefined } });
  broken.ready();
  broken.stopping();
  assert.deepEqual(warnings, ["Cannot tell systemd that the program is ready"]);
  const folder = await Deno.makeTempDir();
  const deaf = new SystemdNotifier({
    ...parts,
    open: (path) => unixDatagrams(path, { folder }),
    place: { socket: `${folder}/nobody`, watchdogUs: undefined },
  });
  deaf.ready();
  deaf.stopping();
  while (!warnings.includes("Cannot tell systemd how the program is")) await new Promise((go) => setTimeout(go, 1));
  assert.equal(clock.pending, 0);
  await Deno.remove(folder, { recursive: true });
});
