import type { Clock, Logger, Timer } from "../base/mod.ts";
import type { Database, Store, StoreProblem } from "../store/mod.ts";
import {
  type Card,
  type HeavyWork,
  InProcessWork,
  type LiveDatabase,
  liveDatabases,
  type LoadedGeneration,
} from "../update/mod.ts";
import { CardCopies } from "./card_copies.ts";
import type { CardLossWindow } from "./loss_window.ts";
import { PowerFailWatch } from "./power_fail_watch.ts";

/** How often is copied to the card; asked at each look. */
export interface CardSettings {
  readonly statesMs: number;
  readonly historyMs: number;
}

/** Settings of a {@link CardSync}. */
export interface CardSyncOptions {
  readonly card: Card;
  readonly store: Store;
  /** Copies while the coach is being heard. */
  readonly work: Pick<HeavyWork, "keep">;
  readonly settings: () => CardSettings;
  readonly powerFailFile?: string;
  /** A job is about to replace the database. */
  readonly isBusy: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One database that was copied. */
export interface CopiedToCard {
  readonly database: LiveDatabase;
  /** Written to the card. */
  readonly bytes: number;
  readonly ms: number;
}

const lookEveryMs = 500;
/** A database of this size is copied in a few ms, bytes: a thread would take longer to start, and memory. */
const smallBytes = 1024 * 1024;
/** What a person changes comes in groups: so long is waited for the rest. */
const personMs = 2000;

/** Copies the databases in memory to the card: by interval, after what a person did, at the stop, and when asked. */
export class CardSync {
  readonly #options: CardSyncOptions;
  readonly #copies: Readonly<Record<LiveDatabase, CardCopies>>;
  readonly #powerFail: PowerFailWatch | undefined;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #copying: Promise<unknown> = Promise.resolve();
  #unsubscribe: (() => void) | undefined;
  readonly #here = new InProcessWork([]);
  #notice: StoreProblem | undefined;
  #isLoaded = false;
  #finishing: Promise<void> | undefined;

  constructor(options: CardSyncOptions) {
    this.#options = options;
    const { clock, store, powerFailFile } = options;
    const databaseOf: Readonly<Record<LiveDatabase, () => Database>> = {
      coachiq: () => store.database,
      history: () => store.history.database,
    };
    const copies = (database: LiveDatabase, intervalMs: () => number) =>
      new CardCopies({ database, databaseOf: databaseOf[database], intervalMs, clock });
    this.#copies = {
      coachiq: copies("coachiq", () => options.settings().statesMs),
      history: copies("history", () => options.settings().historyMs),
    };
    this.#powerFail = powerFailFile === undefined ? undefined : new PowerFailWatch(powerFailFile);
  }

  /** The databases are in memory, or were created there. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /**
   * Puts the databases into memory. Answers why only a backup helps; undefined: all is well, or as well as it can be.
   *
   * @throws {StoreError} when they cannot be in memory.
   */
  async load(): Promise<string | undefined> {
    const { card, logger } = this.#options;
    const loaded = await card.load();
    this.#isLoaded = true;
    this.#finishing = undefined;
    this.#notice = undefined;
    for (const database of liveDatabases) {
      const { choice, damages } = loaded[database];
      this.#copies[database].loaded({ isOnCard: choice === "newest" });
      for (const damage of damages) logger.error("A copy on the card is damaged", { damage });
      this.#notice ??= noticeOf(database, loaded[database]);
      if (choice === "live") logger.info("Going on with what is left in memory", { database });
    }
    const { choice, damages } = loaded.coachiq;
    return choice === "unusable" ? `No copy of the database on the card can be used: ${damages.join("; ")}` : undefined;
  }

  /** Begins; the databases are open. */
  start(): void {
    const { clock, store } = this.#options;
    this.#unsubscribe = store.database.subscribeDurable(() => this.#copies.coachiq.want(personMs));
    this.#timer = clock.every(
      lookEveryMs,
      () => this.#looking ??= this.#look().finally(() => this.#looking = undefined),
    );
  }

  /** Everything is copied as soon as can be: a database was replaced as a whole. */
  wantAll(): void {
    for (const database of liveDatabases) this.#copies[database].want(0);
  }

  /** Copies now what is not on the card yet. @throws {StoreError} with the reason of the first that fails. */
  async syncNow(): Promise<readonly CopiedToCard[]> {
    const { store, work } = this.#options;
    if (store.database.isOpen) {
      store.states.flush();
      store.history.flush();
    }
    return await this.#copyAll(liveDatabases, work);
  }

  /** Waits for the look and the copies that are under way. */
  async settled(): Promise<void> {
    await this.#looking;
    await this.#copying.catch(() => {});
  }

  /** Ends the looking, before the databases are closed. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#unsubscribe?.();
    await this.settled();
  }

  /**
   * After the databases were closed: copies the rest, and empties the folder in memory. What the card does not take
   * stays in memory, for the next start. Never throws.
   */
  finish(): Promise<void> {
    return this.#finishing ??= this.#finish();
  }

  async #finish(): Promise<void> {
    if (!this.#isLoaded) return;
    await this.stop();
    const { card, logger } = this.#options;
    let isKept = true;
    try {
      // The coach is not heard any more: nothing is held up, and a thread would take time to start.
      await this.#copyAll(liveDatabases, this.#here);
    } catch (error) {
      isKept = false;
      logger.error("The last changes are not on the card: they are lost with the power", { error: String(error) });
    }
    try {
      await card.leave({ isKept });
    } catch (error) {
      logger.error("The folder in memory could not be left in order", { error: String(error) });
    }
    this.#isLoaded = false;
  }

  /** What is wrong, with what to do. */
  problems(): readonly StoreProblem[] {
    const found = [...liveDatabases.map((database) => this.#copies[database].problem()), this.#notice];
    return found.filter((problem) => problem !== undefined);
  }

  /** What would be lost if the power went now, and at most. */
  lossWindow(): CardLossWindow {
    return { states: this.#copies.coachiq.lossWindow(), history: this.#copies.history.lossWindow() };
  }

  /** What was done since the start. */
  stats(database: LiveDatabase): ReturnType<CardCopies["stats"]> {
    return this.#copies[database].stats();
  }

  async #look(): Promise<void> {
    const { isBusy, work } = this.#options;
    if (await this.#powerFail?.look()) {
      this.#options.logger.warn("The power supply says that the power goes: everything is copied to the card");
      await this.syncNow().catch(() => {});
      return;
    }
    if (isBusy()) return;
    const due = liveDatabases.filter((database) => this.#copies[database].isDue());
    // What fails is a problem on the page, and tried again.
    await this.#copyAll(due, work).catch(() => {});
  }

  /** One after the other, also with who copies already. */
  #copyAll(
    databases: readonly LiveDatabase[],
    work: Pick<HeavyWork, "keep">,
  ): Promise<readonly CopiedToCard[]> {
    const all = this.#copying.catch(() => {}).then(async () => {
      const copied: CopiedToCard[] = [];
      let failure: unknown;
      for (const database of databases) {
        if (!this.#copies[database].isChanged()) continue;
        try {
          copied.push(await this.#copy(database, work));
        } catch (error) {
          failure ??= error;
        }
      }
      if (failure !== undefined) throw failure;
      return copied;
    });
    this.#copying = all;
    return all;
  }

  async #copy(database: LiveDatabase, work: Pick<HeavyWork, "keep">): Promise<CopiedToCard> {
    const { card, store, logger } = this.#options;
    const copies = this.#copies[database];
    const begun = copies.begin();
    try {
      const isSmall = await sizeOf(store.paths[database]) <= smallBytes;
      const { bytes, isWhole, cardMs } = await card.keep(database, isSmall ? this.#here : work);
      const hadFailed = begun.succeeded({ bytes, isWhole, ms: cardMs });
      store.meter.add("sync", bytes);
      if (hadFailed) logger.info("The card takes copies again", { database });
      return { database, bytes, ms: Math.round(cardMs) };
    } catch (error) {
      if (begun.failed(error)) logger.error("The card does not take a copy", { database, error: String(error) });
      throw error;
    }
  }
}

/** Looked at by name: to open the file would take SQLite's locks away. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** What the owner has to know of a start; undefined: it is as it was. */
function noticeOf(database: LiveDatabase, { choice, damages }: LoadedGeneration): StoreProblem | undefined {
  const what = database === "coachiq" ? "settings and states" : "the history";
  if (choice === "newest" && damages.length > 0) {
    return {
      what: `What was in memory of ${what} was damaged, and the newest copy on the card is used: the last changes ` +
        "before the start are missing.",
      todo: "Nothing. Should it happen again, the memory of the machine may be at fault.",
    };
  }
  if (choice !== "previous") return undefined;
  return {
    what: `The newest copy of ${what} on the card was damaged, and the one before it is used: the last changes of ` +
      "before the start are missing.",
    todo: "Download a backup (Settings, Database) and replace the card: it loses what was written to it.",
  };
}
