import { silentLogger, systemClock } from "../../lib/base/mod.ts";
import { dataPaths, Store } from "../../lib/store/mod.ts";
import { Card } from "../../lib/update/mod.ts";
import { coachiqMigrations } from "../../migrations/coachiq/mod.ts";
import { historyMigrations } from "../../migrations/history/mod.ts";

/** What a process does with databases in memory until it is killed: copies them to the card without pause. */
export const cardScenarios = ["syncs"] as const;
export type CardScenario = typeof cardScenarios[number];

/** The storage of the profile `sdcard`, without its intervals. */
export interface CardParts {
  readonly store: Store;
  readonly card: Card;
}

export function buildCardParts(dataDir: string): CardParts {
  const store = new Store({
    dataDir,
    profile: "sdcard",
    migrations: { coachiq: coachiqMigrations, history: historyMigrations },
    programVersion: "9.9.9",
    clock: systemClock,
    logger: silentLogger,
    policyOf: () => ({ minIntervalMs: 0, deadBand: 0 }),
  });
  return { store, card: new Card({ paths: dataPaths(dataDir, "sdcard"), liveMiB: 64 }) };
}
