/**
 * What is wrong with the storage.
 *
 * `noFolder`, `notWritable`, `wrongOwner`, `diskFull`: the place; `notADatabase`, `corrupt`: the file; `newerSchema`,
 * `olderSchema`: the program and the file are of different times; `paused`: a database update or a restore is running;
 * `busy`: another program holds the file; `closed`: not open; `failed`: anything else, see the message.
 */
export type StoreErrorKind =
  | "noFolder"
  | "notWritable"
  | "wrongOwner"
  | "diskFull"
  | "notADatabase"
  | "corrupt"
  | "newerSchema"
  | "olderSchema"
  | "paused"
  | "busy"
  | "closed"
  | "failed";

/** An error of the storage: a clear sentence, what to do, and the class that decides what the program does next. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: StoreErrorKind;
  /** What a person can do about it. */
  readonly todo: string;

  constructor(
    kind: StoreErrorKind,
    message: string,
    options: { readonly cause?: unknown; readonly todo?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.todo = options.todo ?? defaultTodo[kind];
  }
}

const defaultTodo: Readonly<Record<StoreErrorKind, string>> = {
  noFolder: "Create the folder, or name another one with --data-dir.",
  notWritable: "Make the folder writable for the user that runs CoachIQ; look whether the disk is mounted read-only.",
  wrongOwner: "Give the folder and its files to the user that runs CoachIQ: chown -R.",
  diskFull: "Make room on the disk: remove old backups or recordings. Writing resumes by itself.",
  notADatabase: "Restore a backup; the file is no CoachIQ database.",
  corrupt: "Restore a backup; the file is damaged.",
  newerSchema: "Install the newer version of CoachIQ again, or restore a backup from before the update.",
  olderSchema: "Update the database: Settings, Database, or coachiq db migrate --yes.",
  paused: "Wait until the database update is done, and try again.",
  busy: "Close the other program that has the database open, and try again.",
  closed: "Start CoachIQ again.",
  failed: "Look into the log; restore a backup if it happens again.",
};

/** Wraps an error of SQLite or of the file system in the sentence "Cannot …: …", with its class. */
export function storeErrorOf(error: unknown, what: string): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(kindOfError(error), `Cannot ${what}: ${messageOf(error)}`, { cause: error });
}

/** The file itself is broken: no waiting and no other try mends it. */
export function isDamage({ kind }: StoreError): boolean {
  return kind === "corrupt" || kind === "notADatabase";
}

const passing: ReadonlySet<StoreErrorKind> = new Set(["diskFull", "busy", "notWritable", "noFolder"]);

/** It says something about the disk at this moment and nothing about the file: another try may succeed. */
export function isPassing({ kind }: StoreError): boolean {
  return passing.has(kind);
}

/** Text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function kindOfError(error: unknown): StoreErrorKind {
  if (error instanceof Deno.errors.NotFound) return "noFolder";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) return "notWritable";
  const message = messageOf(error);
  if (/os error 28|No space left/.test(message)) return "diskFull";
  if (/os error 30|Read-only file system/.test(message)) return "notWritable";
  if (error instanceof Error && "errcode" in error && typeof error.errcode === "number") {
    // Low byte of the extended result code, https://sqlite.org/rescode.html
    return kindOfSqlite.get(error.errcode & 0xff) ?? "failed";
  }
  for (const [start, kind] of kindOfMessage) if (message.startsWith(start)) return kind;
  return "failed";
}

/** Statements run without being prepared throw errors without a code, so SQLite's own words must do. */
const kindOfMessage: readonly (readonly [string, StoreErrorKind])[] = [
  ["database is locked", "busy"],
  ["database table is locked", "busy"],
  ["attempt to write a readonly database", "notWritable"],
  ["database disk image is malformed", "corrupt"],
  ["database or disk is full", "diskFull"],
  ["unable to open database file", "notWritable"],
  ["file is not a database", "notADatabase"],
];

const kindOfSqlite: ReadonlyMap<number, StoreErrorKind> = new Map([
  [5, "busy"],
  [6, "busy"],
  [8, "notWritable"],
  [11, "corrupt"],
  [13, "diskFull"],
  [14, "notWritable"],
  [26, "notADatabase"],
]);
