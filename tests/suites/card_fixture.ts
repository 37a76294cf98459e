import { type Clock, ManualClock, silentLogger } from "../../lib/base/mod.ts";
import { type CardOfStorage, Storage } from "../../lib/core/mod.ts";
import { InProcessWork } from "../../lib/update/mod.ts";
import { migrations } from "./store_fixture.ts";

/** A data directory of the profile `sdcard`: its folder in memory is one of `/dev/shm`, a tmpfs on every Linux. */
export interface CardFolder extends AsyncDisposable {
  readonly dataDir: string;
  readonly live: string;
  /** The power goes: what is in memory is lost. */
  cutPower(): Promise<void>;
}

export async function cardFolder(): Promise<CardFolder> {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-card-" });
  const memory = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "coachiq-card-" });
  const dataDir = `${folder}/data`;
  await Deno.mkdir(dataDir);
  await Deno.symlink(memory, `${dataDir}/live`);
  return {
    dataDir,
    live: memory,
    async cutPower() {
      await Deno.remove(memory, { recursive: true });
      await Deno.mkdir(memory);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
      await Deno.remove(memory, { recursive: true });
    },
  };
}

/** A clock that stands still until it is told to go on. */
export const cardClock = () => new ManualClock({ wallMs: Date.UTC(2026, 4, 1, 12) });

/** The storage over a data directory as the program makes it with the profile `sdcard`. */
export function cardStorage(
  dataDir: string,
  options: { readonly clock?: Clock; readonly card?: Partial<CardOfStorage> } = {},
): Storage {
  const minutesMs = 60_000;
  return new Storage({
    dataDir,
    profile: "sdcard",
    migrations,
    programVersion: "1.2.3",
    clock: options.clock ?? cardClock(),
    logger: silentLogger,
    work: new InProcessWork(migrations.coachiq),
    safety: { mayMigrate: () => ({ safe: true, reasons: [] }) },
    timeSigns: { synchronized: () => undefined, hasClock: () => true },
    card: {
      liveMiB: 64,
      settings: () => ({ statesMs: 5 * minutesMs, historyMs: 15 * minutesMs }),
      ...options.card,
    },
  });
}
