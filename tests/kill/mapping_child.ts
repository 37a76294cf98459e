/**
 * The process over the coach's mapping that gets killed. Arguments: data directory, scenario, seed, and the point at
 * which it kills itself: one of a backup, or the statement that writes so many (`statement:7`; `-`: it waits to be
 * killed). It says on standard output `ready`, `try <the next change>`, and `done <what is there then>`.
 *
 * @module
 */
import { rowsText } from "./mapping_check.ts";
import { type MappingScenario, nextMappingStep, performMappingStep, ship, startMapping } from "./mapping_steps.ts";
import { buildParts, type Parts, startStorage } from "./parts.ts";
import { SeededRandom } from "./random.ts";

const encoder = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(line + "\n"));
}

/** From now on the process dies before the statement of this number that writes. */
function dieAtStatement({ store: { database } }: Parts, dieAt: number): void {
  const prepared = database.statement.bind(database);
  let writes = 0;
  database.statement = (sql) => {
    if (!sql.startsWith("SELECT") && !sql.startsWith("select") && ++writes === dieAt) Deno.kill(Deno.pid, "SIGKILL");
    return prepared(sql);
  };
}

const [dataDir = "", scenario = "", seed = "0", point = "-"] = Deno.args;
const random = new SeededRandom(Number(seed));
// The first backups are let pass, so that there are changes before the last one.
let passes = random.integer(4);
const parts = buildParts(dataDir, {
  reach(reached) {
    if (reached === point && passes-- === 0) Deno.kill(Deno.pid, "SIGKILL");
  },
});
await startStorage(parts);
let mapping = await startMapping(dataDir, parts);
say("ready");
if (point.startsWith("statement:")) dieAtStatement(parts, Number(point.replace("statement:", "")));
for (let version = 2;; version++) {
  if (scenario === "mappingImports") {
    // The next version of the program begins to run.
    await ship(dataDir, version);
    await mapping.stop();
    mapping = await startMapping(dataDir, parts);
  }
  for (let n = 0; n < 3; n++) {
    const step = nextMappingStep(mapping, { scenario: scenario as MappingScenario, random });
    say(`try ${JSON.stringify(step)}`);
    await performMappingStep(mapping, step);
    say(`done ${rowsText(parts)}`);
  }
}
