import { statfs } from "node:fs/promises";
import {
  Database,
  type DataPaths,
  inspectDatabase,
  openToInspect,
  Records,
  type SchemaState,
  schemaStateOf,
  storeErrorOf,
  type StoreMigration,
} from "../store/mod.ts";
import type { BackupManifest } from "../update/mod.ts";
import type { BackupView, DatabaseRunView } from "../wire/mod.ts";
import { newerSchema } from "./db_job.ts";
import { backupView, runView } from "../core/mod.ts";
import {
  type DbParts,
  type DbPlace,
  exists,
  isInUse,
  runningJobIn,
  safetyWithoutServer,
  storageOf,
} from "./db_place.ts";
import { openPaths } from "./open_paths.ts";

/** What `db status` tells; the keys that `GET /api/database/status` has, too, mean the same. */
export interface DbStatus {
  readonly dataDir: string;
  readonly serverRunning: boolean;
  /** `busy`: a job is working on the file, which is left alone until it is done. */
  readonly state: "missing" | "current" | "older" | "newer" | "damaged" | "busy";
  readonly currentVersion: string | null;
  readonly targetVersion: string;
  readonly needsUpdate: boolean;
  readonly pending: readonly { readonly name: string; readonly description: string }[];
  readonly lastRun: DatabaseRunView | null;
  readonly latestBackup: BackupView | null;
  /** Null: a server runs, and it alone knows the coach. */
  readonly safety: { readonly safe: boolean; readonly reasons: readonly string[] } | null;
  readonly runningJobId: string | null;
  /** Bytes on the disk. */
  readonly sizes: {
    readonly database: number;
    readonly history: number;
    readonly backups: number;
    readonly free: number;
  };
  readonly problems: readonly { readonly what: string; readonly todo: string }[];
}

type FileStatus = Pick<DbStatus, "state" | "currentVersion" | "pending" | "lastRun" | "problems">;

/** Looks at the database without changing anything, whoever has it. */
export async function statusOf(place: DbPlace): Promise<DbStatus> {
  const { dataDir, parts } = place;
  const serverRunning = await isInUse(place);
  const runningJobId = await runningJobIn(place) ?? null;
  // An open file would be in the way of a job that is about to replace it.
  const paths = await openPaths(dataDir);
  const file = runningJobId === null ? await lookAt(paths, parts) : { ...nothingKnown, state: "busy" as const };
  const backups = await backupsIn(place);
  const { bavail, bsize } = await statfs(dataDir);
  return {
    dataDir,
    serverRunning,
    ...file,
    targetVersion: parts.migrations.coachiq.at(-1)?.name ?? "",
    needsUpdate: file.pending.length > 0,
    latestBackup: backups[0] ? backupView(backups[0]) : null,
    safety: serverRunning ? null : safetyWithoutServer.mayMigrate({ actor: "", confirm: false }),
    runningJobId,
    sizes: {
      database: await sizeOf(paths.coachiq),
      history: await sizeOf(paths.history),
      backups: backups.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      free: bavail * bsize,
    },
  };
}

/** The backups, newest first. */
export async function backupsIn(place: DbPlace): Promise<readonly BackupManifest[]> {
  return await exists(place.paths.backups) ? await storageOf(place).backups.list() : [];
}

const nothingKnown = { currentVersion: null, pending: [], lastRun: null, problems: [] };

async function lookAt(paths: DataPaths, { migrations }: DbParts): Promise<FileStatus> {
  const { look, schema, error } = await inspectDatabase(paths.coachiq, { migrations: migrations.coachiq });
  if (error) {
    return { ...nothingKnown, state: "damaged", problems: [{ what: error.message, todo: error.todo }] };
  }
  if (look !== "sqlite" || schema === undefined) return { ...nothingKnown, state: "missing" };
  if (schema.kind === "foreign" || schema.kind === "empty") {
    const what = `Cannot use database "${paths.coachiq}": its tables are not those of CoachIQ`;
    return { ...nothingKnown, state: "damaged", problems: [{ what, todo: "Restore a backup." }] };
  }
  const common = { currentVersion: schema.version, lastRun: lastRunIn(paths.coachiq) };
  if (schema.kind === "newer") {
    const todo = newerSchema(schema);
    return { ...common, state: "newer", pending: [], problems: [{ what: "The schema is newer.", todo }] };
  }
  const history = await historySchema(paths.history, migrations.history);
  const pending = [...schema.pending, ...history.pending].map(({ name, description }) => ({ name, description }));
  return { ...common, state: pending.length > 0 ? "older" : "current", pending, problems: history.problems };
}

function lastRunIn(path: string): DatabaseRunView | null {
  const database = new Database({ path, profile: "ssd", readOnly: true });
  try {
    database.open();
    const [run] = new Records(database).runs(1);
    return run ? runView(run) : null;
  } finally {
    database.close();
  }
}

/** History alone: what is wrong with it keeps nothing from working. */
async function historySchema(
  path: string,
  migrations: readonly StoreMigration[],
): Promise<{ readonly pending: SchemaState["pending"]; readonly problems: DbStatus["problems"] }> {
  if (!await exists(path)) return { pending: [], problems: [] };
  try {
    const connection = openToInspect(path);
    try {
      const { kind, pending } = schemaStateOf(connection, migrations);
      return { pending: kind === "older" ? pending : [], problems: [] };
    } finally {
      connection.close();
    }
  } catch (error) {
    const { message } = storeErrorOf(error, `read history "${path}"`);
    return {
      pending: [],
      problems: [{ what: message, todo: "Nothing: the next start begins a new one and keeps the damaged file." }],
    };
  }
}

/** Bytes of a database file and of its log; 0 when there is none. */
async function sizeOf(path: string): Promise<number> {
  let bytes = 0;
  for (const file of [path, `${path}-wal`]) {
    if (await exists(file)) bytes += (await Deno.stat(file)).size;
  }
  return bytes;
}
