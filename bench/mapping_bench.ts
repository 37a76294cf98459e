/**
 * How fast the mapping of a large coach is: rows, check, merge, edit, patch and YAML of more than 10,000 rows. Prints
 * one line per measurement.
 *
 * Run: `deno run -A bench/mapping_bench.ts`
 *
 * @module
 */
import {
  applyPatch,
  changedRows,
  type CoachModel,
  coachModelSchema,
  documentFrom,
  documentOf,
  editRows,
  knownMessages,
  loadModel,
  type MappingRow,
  mergeModel,
  modelFrom,
  modelYaml,
  patchOf,
  readUpload,
  resetRows,
  rowsOf,
  stableText,
} from "../lib/coach/mod.ts";
import { embeddedTables, rowsFor } from "../lib/protocol/mod.ts";

const entities = 1400;
const rounds = 5;

/** Prints the best of a few rounds, and the worst. */
function measure<T>(name: string, once: () => T): T {
  let result = once();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    result = once();
    times.push(performance.now() - start);
  }
  const shown = [Math.min(...times), Math.max(...times)].map((ms) => ms.toFixed(1).padStart(8));
  console.log(`${name.padEnd(52)} ${shown[0]} ms best ${shown[1]} ms worst`);
  return result;
}

/** A coach of sensors, which share no output whatever their number; every third one is named anew in version 2. */
function largeModel(version: number): CoachModel {
  return coachModelSchema.parse({
    id: "large_coach",
    name: "A large coach",
    version,
    origin: { source: "made up" },
    areas: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`area_${i}`, `Area ${i}`])),
    entities: Array.from({ length: entities }, (_, i) => ({
      id: `output_${i}`,
      kind: "sensor",
      name: version > 1 && i % 3 === 0 ? `Renamed ${i}` : `Output ${i}`,
      area: `area_${i % 20}`,
      message: "DC_DIMMER_STATUS_3",
      field: "operating_status_brightness",
      instance: i % 250,
      provenance: { coach: "made up", evidence: "counted", verified: i % 2 === 0 },
    })),
  });
}

const messages = knownMessages(rowsFor(embeddedTables(), "rvc"));
const before = documentOf(largeModel(1));
const model = largeModel(2);
const shipped = documentOf(model);
const factory = rowsOf(before, "factory");
const own = new Map<string, string>(
  Array.from({ length: 500 }, (_, i) => [`/entities/output_${i * 2}/name`, `Mine ${i}`]),
);
const rows: readonly MappingRow[] = factory.map((row) => {
  const value = own.get(row.path);
  return value === undefined ? row : { path: row.path, value, source: "user" };
});
console.log(`${rows.length} rows of ${entities} entities, ${own.size} of them edited by the owner`);

const now = measure("rows to document", () => documentFrom(rows));
measure("document to rows", () => rowsOf(now, "factory"));
measure("document to checked model", () => modelFrom(now, { messages }));
measure("stable text, as it is hashed", () => stableText({ ...now }).length);
const merged = measure("merge", () => mergeModel({ before, shipped, rows, choices: {} }));
console.log(
  `  ${merged.changes.length} changes, ${merged.changes.filter((c) => c.outcome === "conflict").length} conflicts`,
);
measure("merge once more", () => mergeModel({ before: shipped, shipped, rows: merged.rows, choices: {} }));
const edit = { put: { path: "/entities/output_7/name", value: "Bed" } };
const changes = measure("edit of one field", () => editRows(rows, edit, { source: "user", shipped: before }));
measure("rows after an edit", () => changedRows(rows, changes));
measure("reset of all", () => resetRows(rows, before));
const patch = measure("patch of the owner's edits", () => patchOf(before, now));
measure("patch applied", () => applyPatch(before, patch));
const text = measure("model to YAML", () => modelYaml(model));
measure("YAML to model", () => loadModel(text, { file: "large_coach.yml" }));
const bytes = new TextEncoder().encode(text);
const upload = measure(
  `upload of ${bytes.length} bytes`,
  () => readUpload(bytes, { file: "large_coach.yml", messages }),
);
console.log(`  ${upload.kind === "model" ? "read" : upload.errors.slice(0, 3).join("\n")}`);
