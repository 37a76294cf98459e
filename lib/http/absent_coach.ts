import type { CoachServices } from "./coach_services.ts";
import { RequestError } from "./services.ts";

/** The coach's mapping where there is none to show or change: everything is refused with the reason. */
export class AbsentCoach implements CoachServices {
  readonly #reason: string;

  /** `reason` completes "Cannot show or change the coach's mapping:". */
  constructor(reason: string) {
    this.#reason = reason;
  }

  models(): never {
    return this.#refuse();
  }

  status(): never {
    return this.#refuse();
  }

  preview(): never {
    return this.#refuse();
  }

  importModel(): never {
    return this.#refuse();
  }

  upload(): never {
    return this.#refuse();
  }

  mappings(): never {
    return this.#refuse();
  }

  put(): never {
    return this.#refuse();
  }

  remove(): never {
    return this.#refuse();
  }

  patch(): never {
    return this.#refuse();
  }

  undo(): never {
    return this.#refuse();
  }

  history(): never {
    return this.#refuse();
  }

  reset(): never {
    return this.#refuse();
  }

  export(): never {
    return this.#refuse();
  }

  discovery(): never {
    return this.#refuse();
  }

  listen(): never {
    return this.#refuse();
  }

  listening(): never {
    return this.#refuse();
  }

  tryOutput(): never {
    return this.#refuse();
  }

  #refuse(): never {
    throw new RequestError(503, `Cannot show or change the coach's mapping: ${this.#reason}`);
  }
}
