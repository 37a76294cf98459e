import { replaceFile } from "../base/durable_file.ts";
import type { Logger } from "../base/mod.ts";

/** Length of a secret that is made here: 32 random bytes in hexadecimal. */
const madeLength = 64;
/** What a kept secret looks like; an editor may have left a line end. */
const form = /^[0-9a-f]{64}\n?$/;

/**
 * A secret that is made once and kept in a file of its own, which the program's user alone may read. Where it cannot be
 * kept it holds until the next start, with one warning.
 */
export async function keptSecret(path: string, { logger }: { readonly logger: Logger }): Promise<string> {
  const known = await read(path);
  if (known !== undefined) {
    // A copy that was made with other permissions would be everybody's.
    await Deno.chmod(path, 0o600).catch((error) => {
      logger.warn("The permissions of a secret's file cannot be set", { path, error: String(error) });
    });
    return known;
  }
  const made = [...crypto.getRandomValues(new Uint8Array(madeLength / 2))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    await replaceFile(`${made}\n`, { path, mode: 0o600 });
  } catch (error) {
    logger.warn("A secret cannot be kept and holds until the next start", { path, error: String(error) });
  }
  return made;
}

/** Undefined: there is none, or none that was made here. */
async function read(path: string): Promise<string | undefined> {
  try {
    const text = await Deno.readTextFile(path);
    return form.test(text) ? text.trimEnd() : undefined;
  } catch {
    return undefined;
  }
}
