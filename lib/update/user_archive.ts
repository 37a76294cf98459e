import { z } from "zod";
import { realFileSystem } from "../base/durable_file.ts";
import { type Store, StoreError, storeErrorOf } from "../store/mod.ts";

/** Files of the owner that go into the archive, relative to `user/`. */
const fileName = /^(config-overrides\.toml|profiles\/[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.toml)$/;

const archiveSchema = z.object({
  format: z.literal("coachiq-user-data"),
  version: z.literal(1),
  createdAtMs: z.number(),
  programVersion: z.string(),
  userSettings: z.record(z.string(), z.unknown()),
  mappings: z.array(z.object({
    modelId: z.string().min(1),
    path: z.string(),
    /** Absent: the owner removed what the model has at this path. */
    value: z.unknown().optional(),
    source: z.enum(["import", "user", "learned"]),
  })),
  files: z.record(z.string().regex(fileName), z.string().max(1_000_000)),
});
type Archive = Readonly<z.infer<typeof archiveSchema>>;

/** What an archive brought. */
export interface ArchiveContents {
  readonly settings: number;
  readonly mappings: number;
  readonly files: readonly string[];
}

/** Writes the owner's files: by the rules of the configuration, which are not known here. */
export interface OwnerFileWriter {
  /** @throws when one cannot be read. */
  check(files: Readonly<Record<string, string>>): void;
  /** Writes all of them and does `work`, or nothing. */
  replace(files: Readonly<Record<string, string>>, work: () => void): Promise<void>;
}

/** Most bytes of an unpacked archive. */
const maxBytes = 64 * 1024 * 1024;

/** What the owner made, as one file: preferences, mappings of their own, overrides and profiles. Gzipped JSON. */
export async function exportUserData(
  store: Store,
  about: { readonly programVersion: string; readonly createdAtMs: number },
): Promise<Uint8Array> {
  const mappings = store.supports("0003_coach_mappings")
    ? store.mappings.models().flatMap((modelId) =>
      store.mappings.active(modelId).flatMap(({ path, value, source }) =>
        source === "factory" ? [] : [{ modelId, path, value, source }]
      )
    )
    : [];
  const archive: Archive = {
    format: "coachiq-user-data",
    version: 1,
    ...about,
    userSettings: Object.fromEntries(store.userSettings.all()),
    mappings,
    files: await ownFiles(store.paths.user),
  };
  const packed = new Blob([JSON.stringify(archive)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/**
 * Puts an archive back: its values replace those of the same name, mappings come as one change that can be undone.
 * Everything in it is read before a backup of the database is made, and that before anything is changed.
 *
 * @throws {StoreError} when it is no archive of ours; nothing is changed then, nor when anything else fails.
 */
export async function importUserData(
  packed: Uint8Array<ArrayBuffer>,
  options: {
    readonly store: Store;
    readonly actor: string;
    readonly files: OwnerFileWriter;
    readonly backup: () => Promise<void>;
  },
): Promise<ArchiveContents> {
  const { store, files } = options;
  const archive = await readArchive(packed);
  if (archive.mappings.length > 0) store.mustSupport("0006_mapping_undo", "take mappings in");
  try {
    files.check(archive.files);
    await options.backup();
    await files.replace(archive.files, () => takeIn(archive, options));
  } catch (error) {
    throw storeErrorOf(error, "take the archive in");
  }
  return {
    settings: Object.keys(archive.userSettings).length,
    mappings: archive.mappings.length,
    files: Object.keys(archive.files),
  };
}

/** What goes into the database. */
function takeIn(archive: Archive, { store, actor }: { readonly store: Store; readonly actor: string }): void {
  store.database.transaction({ cause: "settings", durable: true }, () => {
    store.userSettings.set(archive.userSettings);
    for (const [modelId, mappings] of Map.groupBy(archive.mappings, (mapping) => mapping.modelId)) {
      store.mappings.apply({
        modelId,
        reason: "taken from an archive",
        actor,
        changes: mappings.map(({ path, value, source }) => ({ path, set: { value, source } })),
      });
    }
  });
}

async function readArchive(packed: Uint8Array<ArrayBuffer>): Promise<Archive> {
  const what = "take the archive in";
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let value: unknown;
  try {
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    for await (const chunk of unpacked) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new StoreError("failed", `Cannot ${what}: it unpacks to more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    value = JSON.parse(await new Blob(chunks).text());
  } catch (error) {
    throw storeErrorOf(error, what);
  }
  const parsed = archiveSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new StoreError(
    "failed",
    `Cannot ${what}: it is no archive of CoachIQ: ${issue?.path.join(".")}: ${issue?.message}`,
  );
}

async function ownFiles(user: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const names = [...await realFileSystem.names(user)];
  try {
    names.push(...(await realFileSystem.names(`${user}/profiles`)).map((name) => `profiles/${name}`));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const name of names.filter((name) => fileName.test(name))) {
    files[name] = await Deno.readTextFile(`${user}/${name}`);
  }
  return files;
}
