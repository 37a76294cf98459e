import type { Json, MappingDocument } from "./mapping.ts";

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** The document, or why not: `path` is that of the operation, the text names its number (from 1). */
export type PatchedDocument =
  | { readonly kind: "document"; readonly document: MappingDocument }
  | { readonly kind: "problems"; readonly problems: readonly { readonly path: string; readonly text: string }[] };

export function patchOf(shipped: MappingDocument, now: MappingDocument): readonly PatchOperation[] {
  throw new Error(`Cannot write a patch: not written yet ${shipped.order.areas} ${now.order.areas}`);
}

export function applyPatch(document: MappingDocument, operations: unknown): PatchedDocument {
  throw new Error(`Cannot apply a patch: not written yet ${document.order.areas} ${operations}`);
}
