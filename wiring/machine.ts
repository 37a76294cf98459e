import { statfsSync } from "node:fs";
import { systemClock } from "../lib/base/mod.ts";
import { readKernelFile } from "../lib/can/mod.ts";
import { type CanRequest, doctor as runDoctor, LocalHost, runCan } from "../lib/cli/mod.ts";
import type { Environment } from "../lib/config/mod.ts";
import { machineTimeSigns } from "../lib/core/mod.ts";
import { dataFolder } from "./data_folder.ts";
import { siteFolder, type Surroundings } from "./surroundings.ts";

/** Tells what this machine has and what is missing. It starts no program and changes nothing. */
export function doctor(options: Parameters<typeof runDoctor>[0], surroundings: Surroundings): Promise<number> {
  return runDoctor(options, {
    output: surroundings.output,
    siteFolder: siteFolder(surroundings),
    host: new LocalHost({ isRoot: Deno.uid() === 0 }),
    timeSigns: machineTimeSigns(),
    wallMs: systemClock.wallMs(),
    freeBytes(folder) {
      try {
        const { bavail, bsize } = statfsSync(folder);
        return bavail * bsize;
      } catch {
        return undefined;
      }
    },
    async ask(url, { withinMs }) {
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(withinMs), redirect: "manual" });
        return { status: response.status, text: await response.text() };
      } catch {
        return undefined;
      }
    },
  });
}

/** Looks after the CAN interfaces of this machine. */
export function can(
  request: CanRequest,
  { environment, ...surroundings }: Surroundings & { readonly environment: Environment },
): Promise<number> {
  return runCan(request, {
    output: surroundings.output,
    environment,
    defaultDataDir: (profile) => dataFolder({ profile }, surroundings),
    clock: systemClock,
    read: (path) => Promise.resolve(readKernelFile(path)),
  });
}
