import type { DatabaseSync } from "node:sqlite";
import { type StorageProfile, storageProfileTable } from "../base/mod.ts";
import { StoreError } from "./store_error.ts";

export type { StorageProfile };

/** One setting of a connection: what is asked, and what SQLite must answer. */
export interface Pragma {
  readonly name: string;
  readonly set: string;
  readonly answer: string | number;
}

const answers = { WAL: "wal", MEMORY: "memory", NORMAL: 1, OFF: 0 } as const;

/** The settings of each profile, in the order in which they are made. */
export function pragmasOf(profile: StorageProfile): readonly Pragma[] {
  const { cachePages, journalMode, synchronous, mmapBytes, checkpointPages } = storageProfileTable[profile];
  const number = (name: string, value: number | undefined): readonly Pragma[] =>
    value === undefined ? [] : [{ name, set: String(value), answer: value }];
  return [
    ...number("busy_timeout", 30_000),
    ...number("cache_size", cachePages),
    { name: "foreign_keys", set: "ON", answer: 1 },
    { name: "trusted_schema", set: "OFF", answer: 0 },
    { name: "journal_mode", set: journalMode, answer: answers[journalMode] },
    { name: "synchronous", set: synchronous, answer: answers[synchronous] },
    ...number("mmap_size", mmapBytes),
    ...number("wal_autocheckpoint", checkpointPages),
  ];
}

/**
 * Makes the settings and asks SQLite for each of them again.
 *
 * @throws {StoreError} `failed` when SQLite answers something else; the file system may not support what was asked.
 */
export function applyPragmas(
  connection: DatabaseSync,
  options: { readonly profile: StorageProfile; readonly path: string; readonly pragmas?: readonly Pragma[] },
): void {
  for (const pragma of options.pragmas ?? pragmasOf(options.profile)) {
    connection.exec(`PRAGMA ${pragma.name} = ${pragma.set}`);
    const row: Record<string, unknown> | undefined = connection.prepare(`PRAGMA ${pragma.name}`).get();
    const answer = row === undefined ? undefined : Object.values(row)[0];
    if (answer !== pragma.answer) {
      throw new StoreError(
        "failed",
        `Cannot open database "${options.path}": SQLite answers ${pragma.name} "${answer}", ` +
          `expected "${pragma.answer}" for the storage profile "${options.profile}"`,
        { todo: "Put the data on a local file system such as ext4, or choose another storage profile." },
      );
    }
  }
}
