import { systemClock } from "../lib/base/mod.ts";
import { readKernelFile } from "../lib/can/mod.ts";
import { type CanRequest, LocalHost, runCan, type SetupParts } from "../lib/cli/mod.ts";
import type { Environment } from "../lib/config/mod.ts";
import { type BuildInfo, version } from "../lib/core/mod.ts";
import { dataFolder } from "./data_folder.ts";
import type { Surroundings } from "./surroundings.ts";

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
