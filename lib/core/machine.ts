import { statfsSync } from "node:fs";
import { readKernelFile } from "../can/mod.ts";

/** What a machine tells about itself; what it does not is absent. */
export interface MachineFacts {
  readonly memoryBytes: number;
  readonly diskFreeBytes: number;
  readonly diskTotalBytes: number;
  readonly temperatureC?: number;
  /** Average number of processes that want to run, over a minute. */
  readonly load1?: number;
}

/** Looks at this machine: Linux' files of the processor's temperature and load, and the disk of a folder. */
export function machineFacts(folder: string): MachineFacts {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const milliC = numberIn("/sys/class/thermal/thermal_zone0/temp");
  const load1 = numberIn("/proc/loadavg");
  return {
    memoryBytes: Deno.memoryUsage().rss,
    diskFreeBytes: bavail * bsize,
    diskTotalBytes: blocks * bsize,
    ...(milliC === undefined ? {} : { temperatureC: Math.round(milliC / 100) / 10 }),
    ...(load1 === undefined ? {} : { load1 }),
  };
}

/** The number with which a file of the kernel begins; undefined: there is no such file here. */
function numberIn(path: string): number | undefined {
  const value = Number.parseFloat(readKernelFile(path) ?? "");
  return Number.isFinite(value) ? value : undefined;
}
