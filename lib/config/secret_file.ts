import { Secret } from "./secret.ts";

/** Far more than any key or password. */
const maxBytes = 64 * 1024;

/** A secret of a file, or why it is none; the reason never holds the secret. */
export type SecretReading =
  | { readonly kind: "secret"; readonly secret: Secret }
  | { readonly kind: "problem"; readonly text: string };

/** Reads a secret: the whole file as UTF-8, without one line break at its end. */
export async function readSecretFile(path: string): Promise<SecretReading> {
  const problem = (text: string): SecretReading => ({ kind: "problem", text: `names the file "${path}", ${text}` });
  let bytes: Uint8Array;
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) return problem("which is no file, expected one that holds the secret");
    if (size > maxBytes) return problem(`which has ${size} bytes, expected at most ${maxBytes}`);
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return problem("which is not there, expected one that holds the secret");
    const reason = error instanceof Error ? error.message : String(error);
    return problem(`which cannot be read (${reason}), expected one that this user may read`);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return problem("which is no text in UTF-8, expected one");
  }
  text = text.replace(/\r?\n$/, "");
  if (text === "") return problem("which is empty, expected one that holds the secret");
  return { kind: "secret", secret: new Secret(text) };
}
