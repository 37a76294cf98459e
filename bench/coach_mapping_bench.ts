/**
 * The coach's mapping with 10,000 rows: import, an edit, look-ups, what a start pays, and the check of the program's
 * own models. `deno run -A bench/coach_mapping_bench.ts`
 *
 * @module
 */
import { silentLogger, systemClock } from "../lib/base/mod.ts";
import { type CoachModel, documentOf, modelYaml, rowsOf } from "../lib/coach/mod.ts";
import { CoachMapping } from "../lib/core/mod.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import { Store, WallTrust } from "../lib/store/mod.ts";
import { coachiqMigrations } from "../migrations/coachiq/mod.ts";
import { historyMigrations } from "../migrations/history/mod.ts";

const author = { actor: "bench" };
const protocol = createProtocol();
const shippedFolder = new URL("../reference/models/", import.meta.url);

/** As many sensors as make 10,000 rows. */
function largeModel(): CoachModel {
  const sensors = Array.from({ length: 1000 }, (_, i) => ({
    id: `sensor_${i}`,
    kind: "sensor" as const,
    name: `Sensor ${i}`,
    area: "living",
    hidden: false,
    provenance: { source: "factory" as const, verified: true },
    message: "DC_DIMMER_STATUS_3",
    field: "operating_status_brightness",
    instance: i % 251,
    meaning: "generic" as const,
  }));
  return {
    id: "large_coach",
    name: "Large coach",
    version: 1,
    origin: { source: "bench" },
    notes: [],
    areas: { living: "Living" },
    protocol: {},
    entities: sensors,
  };
}

function line(what: string, value: number, unit: string): void {
  console.log(`${what.padEnd(64)} ${value.toFixed(value < 10 ? 3 : 0).padStart(10)} ${unit}`);
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const startMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startMs, result };
}

async function openStore(dataDir: string): Promise<Store> {
  const store = new Store({
    dataDir,
    profile: "ssd",
    migrations: { coachiq: coachiqMigrations, history: historyMigrations },
    programVersion: "bench",
    clock: systemClock,
    trust: new WallTrust(systemClock, { trusted: true }),
    logger: silentLogger,
  });
  await store.start();
  return store;
}

function mappingOver(store: Store, folder: URL, model: string): CoachMapping {
  const updater = { backup: () => Promise.reject(new Error("no backups in this bench")) };
  const storage = { store, updater, subscribeReplaced: () => () => {} };
  return new CoachMapping({ storage, folder, protocol, clock: systemClock, logger: silentLogger, firstModel: model });
}

function lookups(mapping: CoachMapping): void {
  const times: number[] = [];
  for (let i = 0; i < 100_000; i++) {
    const id = `sensor_${(i * 7919) % 1000}`;
    const startMs = performance.now();
    mapping.at(`/entities/${id}/name`);
    mapping.entity(id);
    times.push(performance.now() - startMs);
  }
  times.sort((a, b) => a - b);
  line("look-up of a path and of an entity, p95", (times[95_000] ?? 0) * 1000, "µs");
}

const dataDir = await Deno.makeTempDir();
const folder = new URL(`file://${dataDir}/models/`);
await Deno.mkdir(folder);
const model = largeModel();
await Deno.writeTextFile(new URL("large_coach.yml", folder), modelYaml(model));
line("rows of the model", rowsOf(documentOf(model), "factory").length, "rows");
const store = await openStore(dataDir);
const first = await timed(() => mappingOver(store, folder, "large_coach").start());
line("first start: read the file, merge, import, read back", first.ms, "ms");
const changes = rowsOf(documentOf(model), "factory").map(({ path, value, source }) => ({
  path,
  set: { value, source },
}));
const written = await timed(() => store.mappings.apply({ modelId: "other", reason: "bench", actor: "bench", changes }));
line("of which writing the rows, in one transaction", written.ms, "ms");
const mapping = mappingOver(store, folder, "large_coach");
const second = await timed(() => mapping.start());
line("a later start: read the database, check the model", second.ms, "ms");
lookups(mapping);
const edits: number[] = [];
for (let i = 0; i < 20; i++) {
  edits.push((await timed(() => mapping.put(`/entities/sensor_${i}/name`, `Mine ${i}`, author))).ms);
}
line("an edit, with the check of the whole coach, median", edits.sort((a, b) => a - b)[10] ?? 0, "ms");
line("undo of an edit", (await timed(() => mapping.undo(mapping.history(1)[0]?.id ?? 0, author))).ms, "ms");
line("the list of all changes", (await timed(() => mapping.history(50))).ms, "ms");
line("preview of a version", (await timed(() => mapping.preview())).ms, "ms");
store.history.stop();
store.close();

const own = await Deno.makeTempDir();
const other = await openStore(own);
line(
  "the program's own models, all read for the first time",
  (await timed(() => {
    const shipped = mappingOver(other, shippedFolder, "generic_rv");
    return shipped.start().then(() => shipped.models());
  })).ms,
  "ms",
);
const again = mappingOver(other, shippedFolder, "generic_rv");
line("a later start with them", (await timed(() => again.start())).ms, "ms");
line("change detection of all of them", (await timed(() => again.models())).ms, "ms");
other.history.stop();
other.close();
for (const used of [dataDir, own]) await Deno.remove(used, { recursive: true });
