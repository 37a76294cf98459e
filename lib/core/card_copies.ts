import type { Clock } from "../base/mod.ts";
import { type Database, type StoreError, storeErrorOf, type StoreProblem } from "../store/mod.ts";
import type { LiveDatabase } from "../update/mod.ts";
import { CardSpeed } from "./card_speed.ts";
import type { LossWindow } from "./loss_window.ts";

/** One copy that has begun. */
export interface BegunCopy {
  /** Answers whether the one before had failed. */
  succeeded(made: { readonly bytes: number; readonly isWhole: boolean; readonly ms: number }): boolean;
  /** Answers whether it is the first failure in a row. */
  failed(error: unknown): boolean;
}

/**
 * Bytes that copies may write to the card in an hour, on average, so that a card sees less than 5 MB/h with both. States
 * are few and copied as often as was asked for.
 */
const bytesPerHour: Readonly<Record<LiveDatabase, number>> = { coachiq: Infinity, history: 1_500_000 };
/** What the file system writes of its own for each copy: about so many bytes of journal and folders. */
const fileSystemBytes = 64 * 1024;
const hourMs = 3_600_000;
/** However much a copy writes, it is made so often, ms. */
const longestMs = 6 * hourMs;
const firstRetryMs = 5000;
const longestRetryMs = 300_000;
/** A copy that takes longer hangs, ms. */
const hangsMs = 60_000;

const words: Readonly<Record<LiveDatabase, { readonly name: string; readonly are: string; readonly have: string }>> = {
  coachiq: { name: "Settings and states", are: "are", have: "have" },
  history: { name: "The history", are: "is", have: "has" },
};

/** What a database holds, told from what it held before. */
interface Present {
  readonly database: Database;
  readonly commits: number;
  /** Undefined: it was closed, and nobody else wrote to it. */
  foreign: number | undefined;
}

/** When one database was copied to the card, when it is due again, and how that goes. */
export class CardCopies {
  readonly #options: {
    readonly database: LiveDatabase;
    readonly databaseOf: () => Database;
    readonly intervalMs: () => number;
    readonly clock: Clock;
  };
  readonly #speed = new CardSpeed();
  /** What the last copy holds. */
  #kept: Present | undefined;
  /** When that was, monotonic ms. */
  #keptMs: number;
  #lastBytes = 0;
  /** Not before, monotonic ms; undefined: nobody asks for it. */
  #wantedMs: number | undefined;
  #begunMs: number | undefined;
  #retryAtMs = 0;
  #retryMs = firstRetryMs;
  #failure: StoreError | undefined;
  #stats = { copies: 0, failures: 0, bytes: 0, lastMs: 0 };

  constructor(options: {
    readonly database: LiveDatabase;
    readonly databaseOf: () => Database;
    readonly intervalMs: () => number;
    readonly clock: Clock;
  }) {
    this.#options = options;
    this.#keptMs = options.clock.monotonicMs();
  }

  /** The database was put into memory. `isOnCard`: the newest copy on the card is the same. */
  loaded({ isOnCard }: { readonly isOnCard: boolean }): void {
    this.#keptMs = this.#options.clock.monotonicMs();
    this.#kept = isOnCard ? this.#present() : undefined;
  }

  /** It is to be copied within so many ms, and not only when its time has come. */
  want(delayMs: number): void {
    const atMs = this.#options.clock.monotonicMs() + delayMs;
    if (delayMs === 0) this.#kept = undefined;
    this.#wantedMs = Math.min(this.#wantedMs ?? Infinity, atMs);
  }

  /** Something was written that is not on the card. */
  isChanged(): boolean {
    const kept = this.#kept;
    if (kept === undefined) return true;
    const { database, commits, foreign } = this.#present();
    kept.foreign ??= foreign;
    return kept.database !== database || kept.commits !== commits ||
      (foreign !== undefined && kept.foreign !== foreign);
  }

  isDue(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (!this.#options.databaseOf().isOpen || nowMs < this.#retryAtMs || !this.isChanged()) return false;
    if (this.#kept === undefined || this.#failure) return true;
    return (this.#wantedMs !== undefined && nowMs >= this.#wantedMs) || nowMs - this.#keptMs >= this.intervalMs();
  }

  /** Time between two copies that nobody asks for, ms: longer where copies write more than the card should see. */
  intervalMs(): number {
    const { database, intervalMs } = this.#options;
    const neededMs = this.#stats.copies === 0
      ? 0
      : (this.#lastBytes + fileSystemBytes) / bytesPerHour[database] * hourMs;
    return Math.max(intervalMs(), Math.min(longestMs, neededMs));
  }

  begin(): BegunCopy {
    const { clock } = this.#options;
    const kept = this.#present();
    const begunMs = clock.monotonicMs();
    this.#begunMs = begunMs;
    this.#wantedMs = undefined;
    return {
      succeeded: ({ bytes, isWhole, ms }) => {
        const hadFailed = this.#failure !== undefined;
        this.#begunMs = undefined;
        this.#failure = undefined;
        this.#retryMs = firstRetryMs;
        this.#kept = kept;
        this.#keptMs = begunMs;
        // The first copies are of everything, and say nothing about those that come.
        if (!isWhole) this.#lastBytes = bytes;
        this.#speed.add({ bytes, ms });
        const { copies, bytes: before, failures } = this.#stats;
        this.#stats = { copies: copies + 1, failures, bytes: before + bytes, lastMs: ms };
        return hadFailed;
      },
      failed: (error) => {
        const isFirst = this.#failure === undefined;
        this.#begunMs = undefined;
        this.#failure = storeErrorOf(error, "copy to the card");
        this.#retryAtMs = clock.monotonicMs() + this.#retryMs;
        this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
        this.#stats = { ...this.#stats, failures: this.#stats.failures + 1 };
        return isFirst;
      },
    };
  }

  lossWindow(): LossWindow {
    const ageMs = this.isChanged() ? this.#options.clock.monotonicMs() - this.#keptMs : 0;
    return { ageS: Math.round(ageMs / 1000), atMostS: Math.round(this.intervalMs() / 1000) };
  }

  stats(): { readonly copies: number; readonly failures: number; readonly bytes: number; readonly lastMs: number } {
    return this.#stats;
  }

  problem(): StoreProblem | undefined {
    const nowMs = this.#options.clock.monotonicMs();
    const { name, are, have } = words[this.#options.database];
    if (this.#begunMs !== undefined && nowMs - this.#begunMs > hangsMs) {
      return {
        what: `${name} ${have} been on the way to the card for ${minutes(nowMs - this.#begunMs)}: it does not answer.`,
        todo: dying,
      };
    }
    if (this.#failure) {
      return {
        what: `${name} ${are} not being copied to the card, the last copy is ${minutes(nowMs - this.#keptMs)} old: ` +
          `${this.#failure.message}. What came since is lost when the power goes.`,
        todo: todoOf(this.#failure),
      };
    }
    const slow = this.#speed.slow();
    if (!slow) return undefined;
    const usual = slow.usual === undefined ? "" : `, it was ${kilobytes(slow.usual)}`;
    return { what: `The card has become slow: it takes ${kilobytes(slow.now)}${usual}.`, todo: dying };
  }

  #present(): Present {
    const database = this.#options.databaseOf();
    return { database, commits: database.commits, foreign: database.foreignVersion };
  }
}

const dying = "Download a backup (Settings, Database) and replace the card soon: this is how cards die.";

function todoOf({ kind, todo }: StoreError): string {
  switch (kind) {
    case "diskFull":
      return "Make room on the card: remove old backups or recordings. Copying goes on by itself.";
    case "notWritable":
      return "The system has made the card read-only, which it does when a card fails. Download a backup " +
        "(Settings, Database) before anything else, then replace the card.";
    case "corrupt":
      return "Restart CoachIQ: it goes on with the last good copy on the card.";
    default:
      return todo;
  }
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  return whole < 1 ? "less than a minute" : whole === 1 ? "a minute" : `${whole} minutes`;
}

function kilobytes(perSecond: number): string {
  return `${Math.max(1, Math.round(perSecond / 1000))} kB/s`;
}
