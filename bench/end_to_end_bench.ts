/**
 * Two saturated 500 kbit/s buses (8,000 frames/s) through the whole program, with five phones watching: CPU share and
 * resident memory of the server process, and whether a frame was lost.
 *
 * `deno run -A bench/end_to_end_bench.ts [seconds]`
 */
import { pause, phone, startReplay } from "./coach_traffic.ts";

const seconds = Number(Deno.args[0] ?? 20);
const phones = 5;
/** Clock ticks per second of /proc/PID/stat (sysconf(_SC_CLK_TCK), 100 on every Linux Deno runs on). */
const ticksPerSecond = 100;

interface Usage {
  readonly cpuS: number;
  readonly residentMiB: number;
}

function usageOf(pid: number): Usage {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  const resident = /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
  return { cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, residentMiB: Number(resident) / 1024 };
}

const folder = Deno.makeTempDirSync();
const { url, server } = await startReplay(folder);
try {
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
