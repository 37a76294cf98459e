import type { Proof, ShadowResult } from "./heavy_work.ts";

/** What the thread is asked to do. */
export type WorkRequest =
  | { readonly kind: "copy"; readonly from: string; readonly to: string; readonly maxBytes?: number }
  | { readonly kind: "prove"; readonly path: string; readonly scratch: string }
  | { readonly kind: "migrateShadow"; readonly path: string; readonly maxPages?: number };

/** What it answers: progress, and then one result. */
export type WorkAnswer =
  | { readonly kind: "progress"; readonly fraction: number; readonly message: string }
  | { readonly kind: "done"; readonly result: number | Proof | ShadowResult }
  | { readonly kind: "failed"; readonly errorKind: string; readonly message: string; readonly todo: string };
