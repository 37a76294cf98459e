import type { GenerationFiles } from "./generation.ts";
import type { CopyFiles, Proof, ShadowResult } from "./heavy_work.ts";
import type { KeptGeneration } from "./keep_generation.ts";

/** What the thread is asked to do. */
export type WorkRequest =
  | { readonly kind: "copy"; readonly files: CopyFiles; readonly maxBytes?: number }
  | { readonly kind: "keep"; readonly files: GenerationFiles; readonly newestIsSound: boolean }
  | { readonly kind: "prove"; readonly path: string; readonly scratch: string }
  | { readonly kind: "migrateShadow"; readonly path: string; readonly maxPages?: number };

/** What it answers: progress, and then one result. */
export type WorkAnswer =
  | { readonly kind: "progress"; readonly fraction: number; readonly message: string }
  | { readonly kind: "done"; readonly result: number | Proof | ShadowResult | KeptGeneration }
  | { readonly kind: "failed"; readonly errorKind: string; readonly message: string; readonly todo: string };
