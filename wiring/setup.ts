import { statfsSync } from "node:fs";
import { systemClock } from "../lib/base/mod.ts";
import { readKernelFile } from "../lib/can/mod.ts";
import { type CanRequest, type DoctorParts, LocalHost, runCan, type SetupParts } from "../lib/cli/mod.ts";
import type { Environment } from "../lib/config/mod.ts";
import { type BuildInfo, machineTimeSigns, version } from "../lib/core/mod.ts";
import { dataFolder } from "./data_folder.ts";
import { siteFolder, type Surroundings } from "./surroundings.ts";

/** What `install`, `uninstall` and `upgrade` work with: this machine. */
export function setupParts({ output }: Surroundings): SetupParts {
  return {
    host: new LocalHost({ isRoot: Deno.uid() === 0 }),
    output,
    clock: systemClock,
    pause: (ms) => new Promise((resolve) => void systemClock.after(ms, resolve)),
    version,
    ...(Deno.stdin.isTerminal() ? { ask: (question: string) => prompt(question) } : {}),
  };
}

/** What `doctor` looks at: this machine. It starts no program and changes nothing. */
export function doctorParts(surroundings: Surroundings): DoctorParts {
  return {
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
  };
}

/** The file that runs: an unpacked one was told, a compiled one is the runtime itself, a checkout has none. */
export function withSelf<T extends { readonly self?: string }>(request: T, build: BuildInfo): T {
  return request.self === undefined && build.form === "compiled" ? { ...request, self: Deno.execPath() } : request;
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
