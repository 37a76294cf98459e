import type { ConfigValue } from "./types.ts";

/** One key and its new value. */
export interface KeyEdit {
  readonly path: readonly string[];
  readonly value: ConfigValue;
}

/** One step of a change to a file. */
export type KeyChange =
  | ({ readonly kind: "set" } & KeyEdit)
  | { readonly kind: "remove"; readonly path: readonly string[] };

/** Why a key cannot be changed in place, to follow the key: what is true, what was wanted. */
export class EditRefusal extends Error {
  override readonly name = "EditRefusal";

  constructor(readonly path: readonly string[], text: string) {
    super(text);
  }
}
