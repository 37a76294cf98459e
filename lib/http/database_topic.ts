import type { DatabaseUpdate, JobView } from "../wire/mod.ts";
import type { DatabaseServices } from "./database_services.ts";

/**
 * The latest of what the `database` topic tells. The status takes a look at the disk, so a snapshot comes a moment
 * after it was asked for; what was told meanwhile is newer and wins.
 */
export class DatabaseTopic {
  readonly #database: DatabaseServices;
  #latest: DatabaseUpdate | undefined;
  #json: string | undefined;
  #told = 0;
  #unsubscribe: (() => void) | undefined;

  constructor(database: DatabaseServices) {
    this.#database = database;
  }

  start(onUpdate: () => void): void {
    this.#unsubscribe ??= this.#database.subscribe((update) => {
      this.#told++;
      this.#set(update);
      onUpdate();
    });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** What was told last, as JSON; made once, whatever the number of phones. */
  latest(): string {
    return this.#json ??= JSON.stringify(this.#latest ?? null);
  }

  /** Looks anew. @throws what the storage throws. */
  async refresh(): Promise<void> {
    const told = this.#told;
    const status = await this.#database.status();
    if (told === this.#told) this.#set({ status, job: this.#job(status.runningJobId) });
  }

  #job(runningJobId: string | null): JobView | null {
    const running = runningJobId === null ? undefined : this.#database.job(runningJobId);
    return running ?? this.#latest?.job ?? null;
  }

  #set(update: DatabaseUpdate): void {
    this.#latest = update;
    this.#json = undefined;
  }
}
