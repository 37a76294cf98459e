import { deepEqual, match, rejects } from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { canLinkSteps } from "./can_link.ts";
import { runCan } from "./can_run.ts";

/** A kernel with can0 (an adapter) and vcan0, both down unless they are named. */
function kernel(...up: readonly string[]) {
  const files: Record<string, string> = {
    "/proc/net/dev": "Inter-|\n face |\n    lo: 1 2\n  can0: 3 4\n vcan0: 0 0\n  eth0: 5 6\n",
    "/sys/class/net/can0/device/uevent": "DRIVER=mcp251x\n",
    "/sys/class/net/eth0/type": "1\n",
  };
  for (const name of ["can0", "vcan0"]) {
    files[`/sys/class/net/${name}/type`] = "280\n";
    files[`/sys/class/net/${name}/flags`] = up.includes(name) ? "0x40081\n" : "0x40080\n";
  }
  return (path: string) => Promise.resolve(files[path]);
}

Deno.test("canLinkSteps() brings an adapter up with its configured bit rate, or that of RV-C", async () => {
  deepEqual(await canLinkSteps("can0", { read: kernel(), bitrates: { can0: 500_000 } }), [
    "link set can0 up type can bitrate 500000 restart-ms 100",
  ]);
  deepEqual(await canLinkSteps("can0", { read: kernel(), bitrates: {} }), [
    "link set can0 up type can bitrate 250000 restart-ms 100",
  ]);
});

Deno.test("canLinkSteps() gives a virtual interface no bit rate, and leaves alone what is up", async () => {
  deepEqual(await canLinkSteps("vcan0", { read: kernel(), bitrates: { vcan0: 500_000 } }), ["link set vcan0 up"]);
  deepEqual(await canLinkSteps("can0", { read: kernel("can0"), bitrates: {} }), []);
});

Deno.test("canLinkSteps() refuses what is no CAN interface, whatever its name is made of", async () => {
  for (const name of ["can7", "eth0", "can0 down", "../can0", ""]) {
    await rejects(canLinkSteps(name, { read: kernel(), bitrates: {} }), /there is no such CAN interface/);
  }
});

Deno.test("runCan() leaves an interface alone that can.interfaces does not name, and says so", async () => {
  const dataDir = await Deno.makeTempDir();
  await Deno.mkdir(`${dataDir}/config`);
  await Deno.writeTextFile(`${dataDir}/config/system.toml`, '[can]\ninterfaces = ["can0"]\n');
  try {
    const run = async (interfaceName: string) => {
      const said = { out: "", err: "" };
      const code = await runCan({ command: "link", interfaceName, dataDir }, {
        output: { out: (text) => void (said.out += text), err: (text) => void (said.err += text) },
        environment: {},
        defaultDataDir: () => dataDir,
        clock: new ManualClock(),
        read: kernel(),
      });
      return { code, ...said };
    };
    deepEqual(await run("can0"), {
      code: 0,
      out: "link set can0 up type can bitrate 250000 restart-ms 100\n",
      err: "",
    });
    const { code, out, err } = await run("vcan0");
    deepEqual({ code, out }, { code: 0, out: "" });
    match(err, /^vcan0 stays as it is: can\.interfaces does not name it\. .*can\.bitrates\.\n$/);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
