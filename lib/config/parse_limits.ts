/** What a configuration file may hold at most; more is refused with a sentence, before it costs memory or time. */
export interface ParseLimits {
  /** Bytes of the file. */
  readonly maxBytes: number;
  /** Tables and lists inside each other, the keys of a value counted. */
  readonly maxDepth: number;
  /** Values, tables and lists, those behind YAML aliases counted each time. */
  readonly maxValues: number;
  /** Words, numbers, texts, brackets and comments; lines as well. */
  readonly maxWords: number;
  /** YAML aliases. */
  readonly maxAliases: number;
  /** UTF-16 units of one text or key as it is written. */
  readonly maxTextLength: number;
}

/** Far above what people write, far below what hurts a small computer. */
export const defaultLimits: ParseLimits = {
  maxBytes: 1024 * 1024,
  maxDepth: 32,
  maxValues: 10_000,
  maxWords: 50_000,
  maxAliases: 100,
  maxTextLength: 16_384,
};
