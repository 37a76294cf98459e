/**
 * `deno task dev [--can vcan0] […]`: the program with the simulated coach (or the interface given), built and started
 * again on every change. The page loads itself again, because the build that greets it is another one.
 */
import { build } from "./build.ts";

const root = new URL("../", import.meta.url);
const watched = ["main.ts", "lib", "routes", "islands", "static", "reference", "migrations", "deno.json"];
/** Editors save in several steps: what comes within this time is one change, ms. */
const settleMs = 120;

/** The program under development; started anew after each change. */
class Program {
  readonly #args: readonly string[];
  #child: Deno.ChildProcess | undefined;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  start(): void {
    const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "main.ts", ...this.#args], cwd: root })
      .spawn();
    this.#child = child;
    void child.status.then(({ success }) => {
      if (this.#child === child && !success) console.error("The program ended. It starts again at the next change.");
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    try {
      child?.kill("SIGTERM");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
    await child?.status;
  }
}

async function buildOrSay(): Promise<boolean> {
  try {
    const manifest = await build();
    console.error(`Site ${manifest.build}`);
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

/** One item per change that is worth a restart. */
async function* changes(): AsyncGenerator<void> {
  const present = watched.map((name) => new URL(name, root)).filter((url) => {
    try {
      return Deno.statSync(url) !== undefined;
    } catch {
      return false;
    }
  });
  const watcher = Deno.watchFs(present.map((url) => decodeURIComponent(url.pathname)));
  let lastMs = -Infinity;
  for await (const event of watcher) {
    if (event.kind === "access" || event.paths.every((path) => path.endsWith("_test.ts"))) continue;
    if (performance.now() - lastMs < settleMs) continue;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    lastMs = performance.now();
    yield;
  }
}

const given = Deno.args.filter((arg) => arg !== "--");
const can = given.includes("--can") ? [] : ["--can", "sim"];
const program = new Program(["serve", "--profile", "development", ...can, ...given]);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => void program.stop().then(() => Deno.exit(0)));
}
if (await buildOrSay()) program.start();
for await (const _ of changes()) {
  if (!await buildOrSay()) continue;
  await program.stop();
  program.start();
}
