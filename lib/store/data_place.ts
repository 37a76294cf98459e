import { StoreError, storeErrorOf } from "./store_error.ts";

/** What checking a folder needs of the machine; tests put other answers here. */
export interface Machine {
  /** User id of this program; null where there is none. */
  uid(): number | null;
  stat(path: string): Promise<{ readonly isDirectory: boolean; readonly uid: number | null }>;
  /** Writes a small file and removes it. */
  tryWrite(path: string): Promise<void>;
}

/** The machine itself. */
export const thisMachine: Machine = {
  uid: () => Deno.uid(),
  stat: (path) => Deno.stat(path),
  async tryWrite(path) {
    await Deno.writeFile(path, new Uint8Array(512), { createNew: true, mode: 0o600 });
    await Deno.remove(path);
  },
};

/**
 * Checks that the program may keep its data in `folder`: it is there, belongs to this user, can be written, has room.
 *
 * @throws {StoreError} `noFolder`, `wrongOwner`, `notWritable` or `diskFull`, with what to do.
 */
export async function checkFolder(folder: string, machine: Machine = thisMachine): Promise<void> {
  const what = `use data folder "${folder}"`;
  let info: { readonly isDirectory: boolean; readonly uid: number | null };
  try {
    info = await machine.stat(folder);
  } catch (error) {
    throw storeErrorOf(error, what);
  }
  if (!info.isDirectory) throw new StoreError("noFolder", `Cannot ${what}: it is a file, expected a folder`);
  // The form of a half-written file: when a kill leaves it, the next start cleans it up with the others.
  const probe = `${folder}/.write-probe.${crypto.randomUUID().slice(-12)}.part`;
  try {
    await machine.tryWrite(probe);
  } catch (error) {
    const wrapped = storeErrorOf(error, what);
    const uid = machine.uid();
    if (wrapped.kind === "notWritable" && uid !== null && info.uid !== null && uid !== info.uid) {
      throw new StoreError(
        "wrongOwner",
        `Cannot ${what}: it belongs to user ${info.uid}, this program is user ${uid}`,
        {
          cause: error,
        },
      );
    }
    throw wrapped;
  }
}

/** First 16 bytes of every SQLite file, https://sqlite.org/fileformat2.html#magic_header_string */
const magic = "SQLite format 3\0";

/** What the first look at a database file says. */
export type FileLook = "missing" | "empty" | "sqlite";

/**
 * Looks at the first bytes of a file.
 *
 * @throws {StoreError} `notADatabase` when it is something else; `wrongOwner` or `notWritable` when it cannot be read.
 */
export async function lookAtFile(path: string, machine: Machine = thisMachine): Promise<FileLook> {
  const what = `open database "${path}"`;
  const head = new Uint8Array(16);
  let read: number | null;
  try {
    using file = await Deno.open(path, { read: true });
    read = await file.read(head);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    const { uid } = await machine.stat(path);
    if (uid !== null && uid !== machine.uid()) {
      throw new StoreError(
        "wrongOwner",
        `Cannot ${what}: it belongs to user ${uid}, this program is user ${machine.uid()}`,
        {
          cause: error,
        },
      );
    }
    throw storeErrorOf(error, what);
  }
  if (read === null) return "empty";
  if (new TextDecoder("latin1").decode(head) !== magic) {
    throw new StoreError("notADatabase", `Cannot ${what}: its first bytes are not those of an SQLite file`);
  }
  return "sqlite";
}
