import { replaceFile } from "../../lib/base/durable_file.ts";
import { silentLogger, systemClock } from "../../lib/base/mod.ts";
import { type CoachModel, modelYaml } from "../../lib/coach/mod.ts";
import { CoachMapping, MappingError } from "../../lib/core/mod.ts";
import { createProtocol } from "../../lib/protocol/mod.ts";
import type { PatchOperation } from "../../lib/wire/mod.ts";
import { modelOf } from "../suites/mapping_fixture.ts";
import type { Parts } from "./parts.ts";
import type { SeededRandom } from "./random.ts";

/** What a process does with the coach's mapping until it is killed. */
export const mappingScenarios = ["mappingImports", "mappingUndos"] as const;
export type MappingScenario = typeof mappingScenarios[number];

/** One change of the mapping, which is made as a whole or not at all. Of the same rows it always makes the same. */
export type MappingStep =
  | { readonly do: "import"; readonly theirs: readonly string[] }
  | { readonly do: "put"; readonly path: string; readonly value: string }
  | { readonly do: "patch"; readonly operations: readonly PatchOperation[] }
  | { readonly do: "remove"; readonly path: string }
  | { readonly do: "undo"; readonly batchId: number }
  | { readonly do: "reset"; readonly entityId?: string };

export const modelId = "test_coach";
const lights = 24;
const protocol = createProtocol();
const author = { actor: "kill harness" };

/** A version of the model: each changes a third of the names, some outputs, and which lights there are. */
function versionOf(version: number): CoachModel {
  const model = modelOf(lights);
  return {
    ...model,
    version,
    entities: model.entities.filter((_, i) => (i + version) % 11 !== 0).map((entity) => {
      const i = Number(entity.id.replace("light_", ""));
      const name = `Light ${i}, ${Math.floor((version + i) / 3)}`;
      return entity.kind === "light" ? { ...entity, name, dimmable: (i + version) % 5 !== 0 } : entity;
    }),
  };
}

/** Puts a version of the model among the program's. */
export async function ship(dataDir: string, version: number): Promise<void> {
  await Deno.mkdir(`${dataDir}/models`, { recursive: true });
  await replaceFile(modelYaml(versionOf(version)), { path: `${dataDir}/models/${modelId}.yml` });
}

/** The mapping as a start of the program has it, over storage that is open. */
export async function startMapping(dataDir: string, { store, updater }: Parts): Promise<CoachMapping> {
  const mapping = new CoachMapping({
    storage: { store, updater, subscribeReplaced: () => () => {} },
    folder: new URL(`file://${dataDir}/models/`),
    protocol,
    clock: systemClock,
    logger: silentLogger,
    firstModel: modelId,
  });
  await mapping.start();
  return mapping;
}

/** Chooses a change. Some are refused. */
export function nextMappingStep(mapping: CoachMapping, of: {
  readonly scenario: MappingScenario;
  readonly random: SeededRandom;
}): MappingStep {
  const { scenario, random } = of;
  const chance = random.next();
  if (scenario === "mappingImports" && chance < 0.5) {
    const conflicts = mapping.preview(modelId).changes.filter(({ outcome }) => outcome === "conflict");
    return { do: "import", theirs: conflicts.map(({ path }) => path).filter(() => random.next() < 0.5) };
  }
  const id = `light_${random.integer(lights)}`;
  const undoable = mapping.history(12).filter((batch) => batch.undoable);
  if (chance < 0.7 && undoable.length > 0) return { do: "undo", batchId: random.pick(undoable).id };
  if (chance < 0.74) return { do: "reset", ...(random.next() < 0.7 ? { entityId: id } : {}) };
  if (chance < 0.8) return { do: "remove", path: `/entities/${id}` };
  const name = `Ours ${random.integer(1000)}`;
  if (chance < 0.9) return { do: "put", path: `/entities/${id}/name`, value: name };
  const operations: PatchOperation[] = mapping.effective().entities.filter(() => random.next() < 0.4)
    .map((entity) => ({ op: "replace", path: `/entities/${entity.id}/name`, value: name }));
  return { do: "patch", operations: [...operations, { op: "replace", path: "/areas/bed", value: name }] };
}

/** Makes a change; false: it was refused, and nothing is changed. */
export async function performMappingStep(mapping: CoachMapping, step: MappingStep): Promise<boolean> {
  try {
    await perform(mapping, step);
    return true;
  } catch (error) {
    if (error instanceof MappingError) return false;
    throw error;
  }
}

async function perform(mapping: CoachMapping, step: MappingStep): Promise<unknown> {
  switch (step.do) {
    case "import": {
      const choices = Object.fromEntries(step.theirs.map((path) => [path, "theirs" as const]));
      return await mapping.importModel({ modelId, choices }, author);
    }
    case "put":
      return mapping.put(step.path, step.value, author);
    case "patch":
      return mapping.patch(step.operations, author);
    case "remove":
      return mapping.remove(step.path, author);
    case "undo":
      return mapping.undo(step.batchId, author);
    case "reset":
      return await mapping.reset(step.entityId, author);
    default:
      return step satisfies never;
  }
}
