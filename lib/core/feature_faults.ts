import { AsyncLocalStorage } from "node:async_hooks";

interface Owner {
  readonly name: string;
  readonly fail: (error: unknown) => void;
}

/** Where unhandled rejections arrive; the program's own global object, or a test's. */
export type RejectionSource = Pick<EventTarget, "addEventListener" | "removeEventListener">;

/** Tells whose work a rejection was that nobody handled: everything a feature starts carries its name along. */
export class FeatureFaults {
  readonly #owner = new AsyncLocalStorage<Owner>();
  readonly #source: RejectionSource;
  readonly #onOrphan: (error: unknown) => void;

  /** `onOrphan` is told of rejections that belong to no feature. */
  constructor(source: RejectionSource, onOrphan: (error: unknown) => void) {
    this.#source = source;
    this.#onOrphan = onOrphan;
  }

  start(): void {
    this.#source.addEventListener("unhandledrejection", this.#onRejection);
  }

  stop(): void {
    this.#source.removeEventListener("unhandledrejection", this.#onRejection);
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
    else this.#onOrphan(reason);
  };
}
