import { createProtocol, type SignalValues } from "../lib/protocol/mod.ts";

/** Two saturated 500 kbit/s buses. */
export const framesPerSecond = 8000;

/** Writes ten seconds of a coach's traffic: most frames repeat, some change with every cycle. */
function makeLog(path: string): void {
  const { codec } = createProtocol();
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
}

/** A phone: subscribes and counts what comes. */
export function phone(url: string): { readonly received: () => number; close(): void } {
  const socket = new WebSocket(url.replace("http", "ws") + "/ws");
  let received = 0;
  socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topics: ["entities", "health"] }));
  socket.onmessage = () => void received++;
  return { received: () => received, close: () => socket.close() };
}

/** As the tasks and the packaged program run: a small heap that grows slowly costs 2 % of a core and saves 80 MiB. */
const v8Flags = "--v8-flags=--max-semi-space-size=4,--heap-growing-percent=20";

/** The whole program, storage included, over the traffic that {@link makeLog} writes into `folder`. */
export async function startReplay(
  folder: string,
  args: readonly string[] = [],
): Promise<{ readonly url: string; readonly server: Deno.ChildProcess }> {
  const log = `${folder}/drive.log`;
  makeLog(log);
  const data = ["--profile", "development", "--data-dir", folder];
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", v8Flags, "-A", "main.ts", "serve", "--port", "0"],
      ...["--can", `replay:${log}`, "--log-level", "error", ...data, ...args],
    ],
    cwd: new URL("../", import.meta.url).pathname,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const { value } = await server.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  const url = /http:\S+/.exec(value ?? "")?.[0];
  if (!url) throw new Error(`the server did not start: ${value}`);
  return { url, server };
}

export function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
