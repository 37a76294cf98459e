import { AsyncLocalStorage } from "node:async_hooks";

interface Owner {
  readonly name: string;
  readonly fail: (error: unknown) => void;
}

/** Where unhandled rejections and exceptions arrive; the program's own global object, or a test's. */
export type RejectionSource = Pick<EventTarget, "addEventListener" | "removeEventListener">;

/** What belongs to no feature. */
export interface Orphans {
  readonly onRejection: (error: unknown) => void;
  /** An exception that nobody caught, in a timer or a callback. Absent: the runtime ends the program. */
  readonly onCrash?: (error: unknown) => void;
}

/**
 * Tells whose work a rejection or an exception was that nobody handled: everything a feature starts carries its name
 * along. A plain timer does not; that is why features are given a clock.
 */
export class FeatureFaults {
  readonly #owner = new AsyncLocalStorage<Owner>();
  readonly #source: RejectionSource;
  readonly #orphans: Orphans;

  constructor(source: RejectionSource, orphans: Orphans) {
    this.#source = source;
    this.#orphans = orphans;
  }

  start(): void {
    this.#source.addEventListener("unhandledrejection", this.#onRejection);
    this.#source.addEventListener("error", this.#onError);
  }

  stop(): void {
    this.#source.removeEventListener("unhandledrejection", this.#onRejection);
    this.#source.removeEventListener("error", this.#onError);
  }

  /** Runs work in the name of a feature. */
  within<T>(name: string, fail: (error: unknown) => void, work: () => T): T {
    return this.#owner.run({ name, fail }, work);
  }

  readonly #onRejection = (event: Event): void => {
    // The runtime ends the program otherwise.
    event.preventDefault();
    const { reason } = event as PromiseRejectionEvent;
    const owner = this.#owner.getStore();
    if (owner) owner.fail(reason);
    else this.#orphans.onRejection(reason);
  };

  readonly #onError = (event: Event): void => {
    const take = this.#owner.getStore()?.fail ?? this.#orphans.onCrash;
    if (!take) return;
    event.preventDefault();
    take((event as ErrorEvent).error);
  };
}
