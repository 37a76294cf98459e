import type { CliOutput } from "../lib/cli/mod.ts";

/** What the program finds around it; `main.ts` alone looks. */
export interface Surroundings {
  /** Where `reference/`, `dist/web/` and `lib/` are, as a URL that ends in `/`. */
  readonly base: URL;
  readonly output: CliOutput;
  /** Folder for temporary files. */
  readonly temporaryFolder: string;
  readonly userName: string;
}

export function modelsFolder({ base }: Surroundings): URL {
  return new URL("reference/models/", base);
}

export function siteFolder({ base }: Surroundings): URL {
  return new URL("dist/web/", base);
}

/** Settles at the first SIGTERM or SIGINT; a second one ends the program at once. */
export interface StopSignal {
  readonly stopped: Promise<void>;
}

export function stopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  const stop = () => {
    if (asked) Deno.exit(1);
    asked = true;
    resolve();
  };
  Deno.addSignalListener("SIGTERM", stop);
  Deno.addSignalListener("SIGINT", stop);
  return { stopped: promise };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
