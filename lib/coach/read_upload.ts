import type { CoachModel } from "./definition.ts";
import type { SourceProblem } from "./yaml_source.ts";
import type { KnownMessages } from "./known_messages.ts";

/** A model, or everything that is wrong with the file; `errors` are `file:line:column: path: text`. */
export type Upload =
  | { readonly kind: "model"; readonly model: CoachModel }
  | { readonly kind: "problems"; readonly problems: readonly SourceProblem[]; readonly errors: readonly string[] };

export function readUpload(
  bytes: Uint8Array,
  options: { readonly file: string; readonly messages?: KnownMessages },
): Upload {
  throw new Error(`Cannot read ${bytes.length} ${options.file}: not written yet`);
}
