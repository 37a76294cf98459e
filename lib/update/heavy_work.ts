import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import {
  copyDatabase,
  integrityProblems,
  isDamage,
  messageOf,
  migrate,
  openSuspect,
  removeDatabase,
  type RowCounts,
  rowCounts,
  schemaStateOf,
  schemaTable,
  StoreError,
  storeErrorOf,
  type StoreMigration,
} from "../store/mod.ts";
import type { GenerationFiles } from "./generation.ts";
import type { OnProgress, WorkOptions } from "./work_options.ts";
import { keepGeneration, type KeepOptions, type KeptGeneration } from "./keep_generation.ts";

export type { OnProgress, WorkOptions };

/** What the proof of a database found. */
export interface Proof {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly schemaVersion: string | null;
  readonly rowCounts: RowCounts;
  /** None: it is good. */
  readonly problems: readonly string[];
}

/** What became of a shadow. */
export interface ShadowResult {
  readonly applied: readonly string[];
  readonly rowCounts: RowCounts;
  readonly sizeBytes: number;
}

/** What is copied to where. */
export interface CopyFiles {
  readonly from: string;
  readonly to: string;
  /**
   * Where a copy is made first, for a database without a write-ahead log: nobody can write to it while it is copied,
   * which must not take as long as a slow disk does.
   */
  readonly via?: string;
}

/** Work on whole files that would hold up the coach: done elsewhere (`WorkerWork`), or here by the command line. */
export interface HeavyWork {
  /** Copies a live database. Answers its bytes. */
  copy(files: CopyFiles, options?: WorkOptions & { readonly maxBytes?: number }): Promise<number>;
  /** Copies an open database out of memory to the card. */
  keep(files: GenerationFiles, options: KeepOptions): Promise<KeptGeneration>;
  /** Opens, checks and restores a database on trial into `scratch`, which is removed again. */
  prove(files: { readonly path: string; readonly scratch: string }, options?: WorkOptions): Promise<Proof>;
  /** Runs the pending steps on a file that nobody else has open, and checks what came of it. */
  migrateShadow(path: string, options?: WorkOptions & { readonly maxPages?: number }): Promise<ShadowResult>;
}

/** Does the work in this very thread. */
export class InProcessWork implements HeavyWork {
  readonly #migrations: readonly StoreMigration[];

  constructor(migrations: readonly StoreMigration[]) {
    this.#migrations = migrations;
  }

  async copy(
    files: CopyFiles,
    options: WorkOptions & { readonly maxBytes?: number } = {},
  ): Promise<number> {
    const { from, to, via } = files;
    if (via !== undefined) {
      try {
        await removeDatabase(via);
        await copyDatabase({ from, to: via });
        return await this.copy({ from: via, to }, options);
      } finally {
        await removeDatabase(via);
      }
    }
    const { signal, onProgress, maxBytes = Infinity } = options;
    const mustFit = (bytes: number) => {
      if (bytes > maxBytes) throw new StoreError("diskFull", `No space left on device at byte ${maxBytes}`);
    };
    onProgress?.({ fraction: 0, message: "Copying the database." });
    const bytes = await copyDatabase(files, {
      onProgress({ pages, of }) {
        signal?.throwIfAborted();
        mustFit(pages * 4096);
        onProgress?.({ fraction: pages / of, message: `Copied ${pages} of ${of} pages.` });
      },
    });
    mustFit(bytes);
    return bytes;
  }

  keep(files: GenerationFiles, options: KeepOptions): Promise<KeptGeneration> {
    return keepGeneration(files, options);
  }

  async prove(
    files: { readonly path: string; readonly scratch: string },
    options: WorkOptions = {},
  ): Promise<Proof> {
    const { path, scratch } = files;
    const { onProgress, signal } = options;
    onProgress?.({ fraction: 0, message: "Checking every page." });
    const first = this.#look(path);
    signal?.throwIfAborted();
    onProgress?.({ fraction: 0.4, message: "Restoring on trial." });
    const problems = [...first.problems];
    if (problems.length === 0) problems.push(...await this.#trial(path, { scratch, rowCounts: first.rowCounts }));
    signal?.throwIfAborted();
    onProgress?.({ fraction: 0.8, message: "Computing the check sum." });
    const { size } = await Deno.stat(path);
    return {
      sizeBytes: size,
      sha256: await sha256Of(path),
      schemaVersion: first.version,
      rowCounts: first.rowCounts,
      problems,
    };
  }

  async migrateShadow(
    path: string,
    options: WorkOptions & { readonly maxPages?: number } = {},
  ): Promise<ShadowResult> {
    const { signal, onProgress, maxPages } = options;
    const connection = new DatabaseSync(path);
    try {
      // The shadow is thrown away when anything goes wrong, and synced once when nothing did. Foreign keys are checked
      // at the end, as tables that are rebuilt break them on the way.
      connection.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF");
      if (maxPages !== undefined) connection.exec(`PRAGMA max_page_count = ${maxPages}`);
      const before = rowCounts(connection);
      const applied = await migrate(connection, {
        migrations: this.#migrations,
        ...(signal ? { signal } : {}),
        onStep: ({ migration, index, of }) =>
          onProgress?.({ fraction: 0.6 * index / of, message: `${migration.name}: ${migration.description}` }),
      });
      signal?.throwIfAborted();
      onProgress?.({ fraction: 0.6, message: "Checking the new database." });
      const after = rowCounts(connection);
      const problems = [...integrityProblems(connection), ...lostRows(before, after)];
      if (problems.length > 0) {
        throw new StoreError("failed", `Cannot update the database: the result is not sound: ${problems.join("; ")}`);
      }
      return { applied, rowCounts: after, sizeBytes: (await Deno.stat(path)).size };
    } finally {
      connection.close();
    }
  }

  #look(path: string): { problems: readonly string[]; rowCounts: RowCounts; version: string | null } {
    let connection: DatabaseSync | undefined;
    try {
      connection = openSuspect(path);
      const problems = integrityProblems(connection);
      if (problems.length > 0) return { problems, rowCounts: {}, version: null };
      const { version } = schemaStateOf(connection, this.#migrations);
      return { problems, rowCounts: rowCounts(connection), version };
    } catch (error) {
      const failure = storeErrorOf(error, `look at database "${path}"`);
      if (!isDamage(failure)) throw failure;
      return { problems: [messageOf(error)], rowCounts: {}, version: null };
    } finally {
      connection?.close();
    }
  }

  async #trial(
    path: string,
    options: { readonly scratch: string; readonly rowCounts: RowCounts },
  ): Promise<readonly string[]> {
    const { scratch } = options;
    await removeDatabase(scratch);
    try {
      await copyDatabase({ from: path, to: scratch });
      const restored = this.#look(scratch);
      const same = JSON.stringify(restored.rowCounts) === JSON.stringify(options.rowCounts);
      return same ? restored.problems : [...restored.problems, "the trial restore has other numbers of rows"];
    } finally {
      await removeDatabase(scratch);
    }
  }
}

/** Tables that lost or gained rows. A step that means to do so moves them to a table of another name. */
function lostRows(before: RowCounts, after: RowCounts): readonly string[] {
  return Object.entries(before).flatMap(([table, rows]) => {
    const now = after[table];
    if (table.startsWith(schemaTable) || now === undefined || now === rows) return [];
    return [`table "${table}" has ${now} rows, expected ${rows}`];
  });
}

/** SHA-256 of a file, as hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await Deno.open(path, { read: true });
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}
