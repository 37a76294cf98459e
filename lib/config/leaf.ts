import type { ConfigKey } from "./config_keys.ts";
import type { Secret } from "./secret.ts";
import type { ConfigValue, Origin } from "./types.ts";

/** What a layer may hold at a key. */
export type LeafValue = ConfigValue | Secret;

/** One value of one layer, checked. */
export interface Leaf {
  /** Dotted. */
  readonly key: string;
  readonly path: readonly string[];
  readonly definition: ConfigKey;
  readonly value: LeafValue;
  readonly origin: Origin;
}

/** Whether two values are the same. */
export function sameLeafValue(a: LeafValue | undefined, b: LeafValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  // Lists of texts are the only other values of keys.
  return "reveal" in a ? (a as Secret).equals(b) : JSON.stringify(a) === JSON.stringify(b);
}
