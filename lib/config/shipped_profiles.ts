import type { ConfigTree } from "./types.ts";

/** A profile that is part of the program. */
export interface ShippedProfile {
  readonly name: string;
  readonly description: string;
  readonly overrides: ConfigTree;
}

/** The profiles that every installation has. */
export const shippedProfiles: readonly ShippedProfile[] = [
  {
    name: "camping",
    description: "Living in the coach: closer charts of batteries, tanks and climate, kept for a week.",
    overrides: { history: { min_interval_seconds: 15, raw_days: 7 } },
  },
  {
    name: "storage",
    description: "The coach stands unused: little is written to the disk, and the course of a whole winter is kept.",
    overrides: {
      history: { min_interval_seconds: 600, five_minute_days: 180 },
      logging: { level: "warning" },
    },
  },
];
