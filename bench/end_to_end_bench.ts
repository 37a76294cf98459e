/**
 * Two saturated 500 kbit/s buses (8,000 frames/s) through the whole program, with five phones watching: CPU share and
 * resident memory of the server process, and whether a frame was lost.
 *
 * `deno run -A bench/end_to_end_bench.ts [seconds]`
 */
import { createProtocol, type SignalValues } from "../lib/protocol/mod.ts";

const seconds = Number(Deno.args[0] ?? 20);
const framesPerSecond = 8000;
const phones = 5;
/** Clock ticks per second of /proc/PID/stat (sysconf(_SC_CLK_TCK), 100 on every Linux Deno runs on). */
const ticksPerSecond = 100;

const { codec } = createProtocol();
const root = new URL("../", import.meta.url);

/** A coach's traffic: most frames repeat, some change with every cycle. */
function makeLog(path: string): number {
  const frame = (message: string, values: SignalValues, from: number) => {
    const { id, data } = codec.encode({ message, values }, from);
    return `${id.toString(16).toUpperCase().padStart(8, "0")}#${data.toHex().toUpperCase()}`;
  };
  const count = framesPerSecond * 10;
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const cycle = Math.floor(i / 80);
    const slot = i % 80;
    const text = slot < 45
      ? frame("DC_DIMMER_STATUS_3", {
        instance: 1 + slot,
        operating_status_brightness: slot === cycle % 45 ? cycle % 100 : 50,
        load_status: 1,
      }, 0x9c)
      : slot < 55
      ? frame("DC_SOURCE_STATUS_1", {
        dc_instance: 1 + slot % 2,
        dc_voltage: 12 + (cycle % 40) * 0.05,
        dc_current: (cycle % 1000) * 0.1,
      }, 0x46)
      : slot < 62
      ? frame("THERMOSTAT_AMBIENT_STATUS", { instance: slot - 54, ambient_temp: 20 + (cycle % 64) / 32 }, 0x58)
      : slot < 70
      ? frame("TANK_STATUS", { instance: slot % 4, relative_level: 50, resolution: 100 }, 0xaf)
      : frame(
        "CHASSIS_MOBILITY_STATUS",
        { engine_rpm: 700 + (cycle % 8), vehicle_speed: 0, park_brake_status: 1 },
        0xfc,
      );
    lines.push(`(${(1_700_000_000 + i / framesPerSecond).toFixed(6)}) can${i % 2} ${text}`);
  }
  Deno.writeTextFileSync(path, lines.join("\n") + "\n");
  return count;
}

interface Usage {
  readonly cpuS: number;
  readonly residentMiB: number;
}

function usageOf(pid: number): Usage {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  const resident = /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
  return { cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, residentMiB: Number(resident) / 1024 };
}

/** A phone: subscribes and counts what comes. */
function phone(url: string): { readonly received: () => number; close(): void } {
  const socket = new WebSocket(url.replace("http", "ws") + "/ws");
  let received = 0;
  socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["entities", "health"] }));
  socket.onmessage = () => void received++;
  return { received: () => received, close: () => socket.close() };
}

const folder = Deno.makeTempDirSync();
const log = `${folder}/drive.log`;
makeLog(log);
/** As the tasks and the packaged program run: a small heap that grows slowly costs 2 % of a core and saves 80 MiB. */
const v8Flags = "--v8-flags=--max-semi-space-size=4,--heap-growing-percent=20";
const server = new Deno.Command(Deno.execPath(), {
  args: ["run", v8Flags, "-A", "main.ts", "serve", "--port", "0", "--can", `replay:${log}`, "--log-level", "error"],
  cwd: root.pathname,
  stdout: "piped",
  stderr: "inherit",
}).spawn();
try {
  const { value } = await server.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  const url = /http:\S+/.exec(value ?? "")?.[0];
  if (!url) throw new Error(`the server did not start: ${value}`);
  const watching = Array.from({ length: phones }, () => phone(url));
  await pause(3000);
  const interfaces = async () => await (await fetch(`${url}/api/can/interfaces`)).json();
  const before = { usage: usageOf(server.pid), frames: received(await interfaces()), atMs: performance.now() };
  await pause(seconds * 1000);
  const rows = await interfaces();
  const after = { usage: usageOf(server.pid), frames: received(rows), atMs: performance.now() };
  const elapsedS = (after.atMs - before.atMs) / 1000;
  const share = (after.usage.cpuS - before.usage.cpuS) / elapsedS * 100;
  console.log(`frames             ${Math.round((after.frames - before.frames) / elapsedS)}/s`);
  console.log(`lost               ${rows.reduce((sum: number, row: { rxDropped: number }) => sum + row.rxDropped, 0)}`);
  console.log(`server CPU         ${share.toFixed(1)} % of one core (at most 20)`);
  console.log(`resident memory    ${after.usage.residentMiB.toFixed(0)} MiB (at most 160)`);
  console.log(`phones             ${phones}, messages each ${watching.map(({ received }) => received()).join(" ")}`);
  for (const one of watching) one.close();
} finally {
  server.kill("SIGTERM");
  await server.status;
  Deno.removeSync(folder, { recursive: true });
}

function received(rows: readonly { rxFrames: number }[]): number {
  return rows.reduce((sum, row) => sum + row.rxFrames, 0);
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
