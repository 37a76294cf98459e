import type { CoachModel } from "./definition.ts";
import type { KnownMessages } from "./known_messages.ts";
import { loadModel } from "./load_model.ts";
import type { SourceProblem } from "./yaml_source.ts";

/** A model, or everything that is wrong with the file; `errors` are `file:line:column: path: text`. */
export type Upload =
  | { readonly kind: "model"; readonly model: CoachModel }
  | { readonly kind: "problems"; readonly problems: readonly SourceProblem[]; readonly errors: readonly string[] };

export interface UploadOptions {
  /** Name of the file, for messages alone: it is no path, and the model's id need not be its name. */
  readonly file: string;
  /** The standards' messages, which sensors and `protocol` are checked against. */
  readonly messages: KnownMessages;
}

/** Bytes of a file that is read at all. */
const maxBytes = 2_000_000;

/**
 * Reads a coach model that somebody sent: YAML 1.2 or JSON, in UTF-8, at most 2 MB, with bounds on nesting, number of
 * parts and aliases. Whatever the bytes, the answer is a model or sentences.
 */
export function readUpload(bytes: Uint8Array, options: UploadOptions): Upload {
  const { file, messages } = options;
  const failed = (text: string): Upload => ({
    kind: "problems",
    problems: [{ line: 1, column: 1, path: "", text }],
    errors: [`${file}:1:1: ${text}`],
  });
  if (bytes.length > maxBytes) return failed(`has ${bytes.length} bytes, expected at most ${maxBytes}`);
  if (bytes.length === 0) return failed("is empty, expected a coach model");
  const text = textOf(bytes);
  if (typeof text !== "string") return failed(text.problem);
  const loaded = loadModel(text, { file, messages, anyId: true });
  return loaded.kind === "model" ? loaded : { kind: "problems", problems: loaded.problems, errors: loaded.errors };
}

function textOf(bytes: Uint8Array): string | { readonly problem: string } {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { problem: "is encoded in UTF-16, expected UTF-8" };
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return { problem: "is not encoded in UTF-8, expected a text file in UTF-8" };
    throw cause;
  }
  // deno-lint-ignore no-control-regex -- such characters are what tells a file that is no text
  const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text)?.[0];
  if (control === undefined) return text;
  const code = control.charCodeAt(0).toString(16).padStart(2, "0");
  return { problem: `has a control character (0x${code}), expected a text file` };
}
