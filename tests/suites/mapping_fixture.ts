import { silentLogger } from "../../lib/base/mod.ts";
import { type CoachModel, loadModel, modelYaml } from "../../lib/coach/mod.ts";
import { CoachMapping, type CoachMappingOptions, MappingError } from "../../lib/core/mod.ts";
import { createProtocol } from "../../lib/protocol/mod.ts";
import type { Store } from "../../lib/store/mod.ts";
import { type UpdaterFixture, updaterFixture, type UpdaterFixtureOptions } from "./store_updater_fixture.ts";

const protocol = createProtocol();

/** A model with so many lights, on the dimmer instances from 1 on. */
export function modelOf(lights: number, more: Partial<CoachModel> = {}): CoachModel {
  return {
    id: "test_coach",
    name: "Test coach",
    version: 1,
    origin: { source: "a test" },
    notes: [],
    areas: { living: "Living room", bed: "Bedroom" },
    protocol: {},
    entities: Array.from({ length: lights }, (_, i) => ({
      id: `light_${i}`,
      kind: "light" as const,
      name: `Light ${i}`,
      area: i % 2 === 0 ? "living" : "bed",
      hidden: false,
      provenance: { source: "factory" as const, verified: false },
      load: { via: "dc_dimmer" as const, instances: [i + 1], on: "on_delay" as const },
      dimmable: true,
    })),
    ...more,
  };
}

/** A coach's mapping over a real database, with models that a test writes. */
export interface MappingFixture extends AsyncDisposable {
  readonly storage: UpdaterFixture & { subscribeReplaced(listener: () => void): () => void };
  readonly store: Store;
  readonly mapping: CoachMapping;
  /** Puts a model among the program's, in place of one with its id. */
  ship(model: CoachModel): Promise<void>;
  /** Another program over the same database, started: the next version, after a restart. */
  restart(options?: Partial<CoachMappingOptions>): Promise<CoachMapping>;
  /** The mapping's rows as they are in the file. */
  rows(): string;
  /** Tells that the database was replaced. */
  replaced(): void;
}

export async function mappingFixture(
  options: UpdaterFixtureOptions & Partial<CoachMappingOptions> & { readonly ships?: readonly CoachModel[] } = {},
): Promise<MappingFixture> {
  const fixture = await updaterFixture(options);
  const folder = new URL(`file://${await Deno.makeTempDir({ prefix: "coachiq-models-" })}/`);
  const listeners = new Set<() => void>();
  const storage = Object.assign(fixture, {
    subscribeReplaced(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const { store, clock } = fixture;
  const parts = (more: Partial<CoachMappingOptions>) =>
    new CoachMapping({
      storage,
      folder,
      protocol,
      clock,
      logger: silentLogger,
      firstModel: "test_coach",
      ...(options.model === undefined ? {} : { model: options.model }),
      ...more,
    });
  const ship = (model: CoachModel) => Deno.writeTextFile(new URL(`${model.id}.yml`, folder), modelYaml(model));
  for (const model of options.ships ?? [modelOf(10)]) await ship(model);
  const rows = store.supports("0003_coach_mappings")
    ? store.database.connection.prepare(
      "SELECT path, value, source, created_at, created_by FROM coach_mappings WHERE is_active = 1 ORDER BY path",
    )
    : undefined;
  const mapping = parts({});
  await mapping.start();
  return {
    storage,
    store,
    mapping,
    ship,
    async restart(more = {}) {
      const next = parts(more);
      await next.start();
      return next;
    },
    rows: () => JSON.stringify(rows?.all()),
    replaced: () => listeners.forEach((listener) => listener()),
    async [Symbol.asyncDispose]() {
      await mapping.stop();
      await Deno.remove(folder, { recursive: true });
      await fixture[Symbol.asyncDispose]();
    },
  };
}

/** What the mapping refused a piece of work with. */
export async function refusalOf(work: () => unknown): Promise<MappingError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MappingError) return error;
    throw error;
  }
  throw new Error("nothing was thrown, expected a MappingError");
}

/** A model as it is after its YAML is read: what the program has of it. */
export function asRead(model: CoachModel): CoachModel {
  const loaded = loadModel(modelYaml(model), { file: `${model.id}.yml` });
  if (loaded.kind !== "model") throw new Error(loaded.errors.join("; "));
  return loaded.model;
}
