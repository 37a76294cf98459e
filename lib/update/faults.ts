/** Instants of an update or a restore at which a test may make something go wrong. */
export const updatePoints = [
  "safety",
  "space",
  "backup",
  "proof",
  "copy",
  "migrate",
  "check",
  "beforeSwap",
  "logFolded",
  "linked",
  "swapped",
  "reopened",
] as const;
export type UpdatePoint = typeof updatePoints[number];

/** Where tests put their faults; the program itself runs without any. */
export interface Faults {
  reach(point: UpdatePoint): void | Promise<void>;
  /** The disk is full when a copy has this many bytes. */
  readonly copyMaxBytes?: number;
  /** SQLite's own limit for the shadow: it is full at this many pages. */
  readonly shadowMaxPages?: number;
}

export const noFaults: Faults = { reach: () => {} };
