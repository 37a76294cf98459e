import { systemClock } from "../base/mod.ts";
import { type CanPort, type CanPortStatus, CanRecorder, logFile, ReplayPort } from "../can/mod.ts";
import { CliError } from "./cli_error.ts";
import type { CliOutput } from "./command_line.ts";

/**
 * Fails when an interface is not there at the start; one that goes away later is a state.
 *
 * @throws {CliError} saying what to do.
 */
export function requirePresent(status: CanPortStatus): void {
  if (status.link !== "missing") return;
  throw new CliError(
    `Cannot use CAN interface "${status.interfaceName}": there is no such interface. ` +
      `"ip link show type can" and "ip link show type vcan" list those there are; without any, use --can sim.`,
  );
}

/** Ends when told to: the program's signals, or a test's. */
export interface StopSignal {
  readonly stopped: Promise<void>;
}

/** Writes every frame of an interface to a candump log until stopped or full. */
export async function recordBus(
  options: { readonly can: string; readonly output: string; readonly maxMegabytes: number },
  parts: { readonly port: CanPort; readonly stop: StopSignal; readonly output: CliOutput },
): Promise<number> {
  const { port, output } = parts;
  const recorder = new CanRecorder(options.output, { maxBytes: options.maxMegabytes * 1024 * 1024 });
  await openFile(recorder);
  const ended = Promise.withResolvers<void>();
  const watch = systemClock.every(500, () => {
    if (recorder.status().state !== "recording") ended.resolve();
  });
  try {
    await port.start({
      onFrames: (frames) => recorder.record(frames),
      onLink: (status) => output.err(`${status.interfaceName} is ${status.link}\n`),
    });
    requirePresent(port.status());
    await Promise.race([parts.stop.stopped, ended.promise]);
  } finally {
    watch.cancel();
    await port.stop();
    await recorder.stop();
  }
  const { frames, bytes, dropped, problem } = recorder.status();
  output.err(`${frames} frames, ${bytes} bytes, ${dropped} dropped: ${options.output}\n`);
  if (problem === undefined) return 0;
  output.err(`${problem}\n`);
  return dropped > 0 ? 1 : 0;
}

async function openFile(recorder: CanRecorder): Promise<void> {
  try {
    await recorder.start();
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Sends a candump log to an interface with its own timing. */
export async function replayLog(
  options: { readonly file: string; readonly can: string; readonly speed: number; readonly loop: boolean },
  parts: { readonly port: CanPort; readonly stop: StopSignal; readonly output: CliOutput },
): Promise<number> {
  const { port, output } = parts;
  let sent = 0;
  let refused = 0;
  const log = new ReplayPort("log", {
    source: logFile(options.file),
    speed: options.speed,
    loop: options.loop,
    hold: () => port.status().queued > 0,
  });
  const ended = Promise.withResolvers<void>();
  await port.start({ onFrames() {}, onLink: (status) => output.err(`${status.interfaceName} is ${status.link}\n`) });
  try {
    requirePresent(port.status());
    await log.start({
      onFrames: (frames) => {
        for (const frame of frames) {
          if (frame.direction === "rx" && port.send({ id: frame.id, data: frame.data }) === "queued") sent++;
          else refused++;
        }
      },
      onLink: (status) => {
        if (status.link !== "up") ended.resolve();
      },
    });
    await Promise.race([parts.stop.stopped, ended.promise]);
    await drained(port);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    await log.stop();
    await port.stop();
  }
  output.err(`${sent} frames sent, ${refused} refused by ${options.can}\n`);
  return refused > 0 ? 1 : 0;
}

/** Waits until the interface has taken what is queued, at most two seconds. */
async function drained(port: CanPort): Promise<void> {
  for (let attempt = 0; attempt < 200 && port.status().queued > 0; attempt++) {
    const wait = Promise.withResolvers<void>();
    systemClock.after(10, wait.resolve);
    await wait.promise;
  }
}
