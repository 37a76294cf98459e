import { systemClock } from "../lib/base/mod.ts";
import {
  type InstallRequest,
  LocalHost,
  runInstall,
  runUninstall,
  runUpgrade,
  type SetupParts,
  type UninstallRequest,
  type UpgradeRequest,
} from "../lib/cli/mod.ts";
import { type BuildInfo, version } from "../lib/core/mod.ts";
import type { Surroundings } from "./surroundings.ts";

type SetupSurroundings = Surroundings & { readonly build: BuildInfo };

/** Puts the program in place on this machine. */
export function install(request: InstallRequest, surroundings: SetupSurroundings): Promise<number> {
  return runInstall(withSelf(request, surroundings), setupParts(surroundings));
}

/** Takes the program away from this machine. */
export function uninstall(request: UninstallRequest, surroundings: SetupSurroundings): Promise<number> {
  return runUninstall(withSelf(request, surroundings), setupParts(surroundings));
}

/** Puts another version of the program in place on this machine. */
export function upgrade(request: UpgradeRequest, surroundings: SetupSurroundings): Promise<number> {
  return runUpgrade(withSelf(request, surroundings), setupParts(surroundings));
}

function setupParts({ output }: Surroundings): SetupParts {
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
function withSelf<T extends { readonly self?: string }>(request: T, { build }: SetupSurroundings): T {
  return request.self === undefined && build.form === "compiled" ? { ...request, self: Deno.execPath() } : request;
}
