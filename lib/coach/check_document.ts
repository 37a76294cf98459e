import type { CoachModel } from "./definition.ts";
import type { MappingDocument } from "./mapping.ts";
import type { KnownMessages } from "./known_messages.ts";

/** Something wrong at a path of a document, an RFC 6901 pointer. */
export interface DocumentProblem {
  readonly path: string;
  /** What is true, what was wanted. */
  readonly text: string;
}

/** A model, or everything that is wrong with its document. */
export type CheckedDocument =
  | { readonly kind: "model"; readonly model: CoachModel }
  | { readonly kind: "problems"; readonly problems: readonly DocumentProblem[] };

export function modelFrom(document: MappingDocument, options: { readonly messages: KnownMessages }): CheckedDocument {
  throw new Error(`Cannot check: not written yet ${document.order.areas} ${options.messages}`);
}
