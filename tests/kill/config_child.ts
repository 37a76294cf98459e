/**
 * The process over the owner's files that gets killed. Arguments: data directory, scenario, seed, and the call of the
 * file system at which it kills itself (`call:7`; `-`: it waits to be killed). It says on standard output `ready`,
 * `try <what the files say after the next change>`, and `done` when that change is made.
 *
 * @module
 */
import { type FileSystem, realFileSystem } from "../../lib/base/durable_file.ts";
import { loadConfiguration, ownerStateOf } from "./config_check.ts";
import {
  afterConfigStep,
  type ConfigScenario,
  nextConfigStep,
  type OverridesState,
  performConfigStep,
} from "./config_steps.ts";
import { SeededRandom } from "./random.ts";

const encoder = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(line + "\n"));
}

/** The machine's file system, on which the process dies at one call; a write is half made then. */
function deadlyFileSystem(dieAt: number): FileSystem {
  let calls = 0;
  const reach = (half?: () => void) => {
    if (++calls !== dieAt) return;
    half?.();
    Deno.kill(Deno.pid, "SIGKILL");
  };
  return {
    ...realFileSystem,
    async create(path, options) {
      reach();
      const file = await Deno.open(path, { write: true, createNew: true, ...options });
      return {
        async write(data) {
          reach(() => void file.writeSync(data.subarray(0, data.length >> 1)));
          return await file.write(data);
        },
        async sync() {
          reach();
          await file.sync();
        },
        close: () => file.close(),
      };
    },
    async sync(path) {
      reach();
      await realFileSystem.sync(path);
    },
    async rename(from, to) {
      reach();
      await realFileSystem.rename(from, to);
    },
    async remove(path) {
      reach();
      await realFileSystem.remove(path);
    },
  };
}

const [dataDir = "", scenario = "", seed = "0", point = "-"] = Deno.args;
const random = new SeededRandom(Number(seed));
const dieAt = point === "-" ? 0 : Number(point.replace("call:", ""));
const configuration = await loadConfiguration(dataDir, deadlyFileSystem(dieAt));
let state = await ownerStateOf(configuration);
const backups = new Map<string, OverridesState>();
say("ready");
for (;;) {
  const step = nextConfigStep({ scenario: scenario as ConfigScenario, state, backups, random });
  const after = afterConfigStep(state, step);
  say(`try ${JSON.stringify(after)}`);
  const backup = await performConfigStep(configuration, step);
  say("done");
  if (backup !== undefined) backups.set(backup, { overrides: state.overrides, active: state.active });
  state = after;
}
