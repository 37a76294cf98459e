import assert from "node:assert/strict";
import { startServer } from "./program.ts";

interface Listener {
  receive(): Promise<[Uint8Array, unknown]>;
  close(): void;
}
const { listenDatagram } = Deno as unknown as {
  listenDatagram(options: { transport: "unixpacket"; path: string }): Listener;
};

/** The socket of a systemd that listens. */
async function withSystemd(
  body: (place: { folder: string; socket: string; next: () => Promise<string> }) => Promise<void>,
) {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-service-" });
  const socket = `${folder}/notify`;
  const systemd = listenDatagram({ transport: "unixpacket", path: socket });
  try {
    await body({ folder, socket, next: async () => new TextDecoder().decode((await systemd.receive())[0]) });
  } finally {
    systemd.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("serve as a service is ready to recover when its database is no database", () =>
  withSystemd(async ({ folder, socket, next }) => {
    await Deno.mkdir(`${folder}/data/user`, { recursive: true });
    await Deno.writeTextFile(`${folder}/data/user/coachiq.db`, "this is no database ".repeat(1000));
    const server = await startServer(["--can", "sim", "--data-dir", `${folder}/data`], {
      env: { NOTIFY_SOCKET: socket },
    });
    assert.match(await next(), /^READY=1\nSTATUS=CoachIQ \S+: recovery: /);
    assert.equal(await server.stop(), 0);
    assert.equal(await next(), "STOPPING=1");
  }));
