/** What `deno task test` was asked to do. */
export interface TestOptions {
  readonly coverage: boolean;
  /** Not for who has just had `deno task check` look at everything: each suite would look at its part again. */
  readonly check: boolean;
  /** Only tests whose names contain this, or match it when written `/like this/`. */
  readonly filter?: string;
  /** Only these files and folders, relative to the root; empty: everything. */
  readonly paths: readonly string[];
}

/** @throws with the usage when an argument is not known. */
export function parseTestOptions(args: readonly string[]): TestOptions {
  const paths: string[] = [];
  let coverage = false;
  let check = true;
  let filter: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") continue;
    else if (arg === "--coverage") coverage = true;
    else if (arg === "--no-check") check = false;
    else if (arg === "--filter") filter = args[++at];
    else if (arg.startsWith("--filter=")) filter = arg.slice("--filter=".length);
    else if (arg.startsWith("-")) {
      throw new Error(`Cannot run tests with "${arg}", expected [--coverage] [--no-check] [--filter NAME] [FILE …]`);
    } else paths.push(arg.replace(/^\.\//, "").replace(/\/$/, ""));
  }
  return { coverage, check, paths, ...(filter === undefined ? {} : { filter }) };
}
