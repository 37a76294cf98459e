import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "./store_error.ts";

/** Where the data lives, and so how SQLite treats it. */
export type StorageProfile = "ssd" | "sdcard" | "custom" | "development";

/** One setting of a connection: what is asked, and what SQLite must answer. */
export interface Pragma {
  readonly name: string;
  readonly set: string;
  readonly answer: string | number;
}

const onDisk: readonly Pragma[] = [
  { name: "journal_mode", set: "WAL", answer: "wal" },
  { name: "synchronous", set: "NORMAL", answer: 1 },
  { name: "mmap_size", set: "134217728", answer: 134_217_728 },
  { name: "wal_autocheckpoint", set: "1000", answer: 1000 },
];

/** The live file is in memory and is copied out by SQLite's backup: what is lost with the power is lost anyway. */
const inMemory: readonly Pragma[] = [
  { name: "journal_mode", set: "MEMORY", answer: "memory" },
  { name: "synchronous", set: "OFF", answer: 0 },
];

const always: readonly Pragma[] = [
  { name: "busy_timeout", set: "30000", answer: 30_000 },
  { name: "cache_size", set: "4000", answer: 4000 },
  { name: "foreign_keys", set: "ON", answer: 1 },
  { name: "trusted_schema", set: "OFF", answer: 0 },
];

/** The settings of each profile, in the order in which they are made. */
export function pragmasOf(profile: StorageProfile): readonly Pragma[] {
  switch (profile) {
    case "ssd":
    case "custom":
    case "development":
      return [...always, ...onDisk];
    case "sdcard":
      return [...always, ...inMemory];
    default:
      return profile satisfies never;
  }
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
