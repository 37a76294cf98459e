import type { ConfigServices } from "./config_services.ts";
import { RequestError } from "./services.ts";

/** The configuration where there is none to show or change: everything is refused with the reason. */
export class AbsentConfig implements ConfigServices {
  readonly #reason: string;

  /** `reason` completes "Cannot show or change the configuration:". */
  constructor(reason: string) {
    this.#reason = reason;
  }

  view(): never {
    return this.#refuse();
  }

  setOverrides(): never {
    return this.#refuse();
  }

  profiles(): never {
    return this.#refuse();
  }

  saveProfile(): never {
    return this.#refuse();
  }

  deleteProfile(): never {
    return this.#refuse();
  }

  previewProfile(): never {
    return this.#refuse();
  }

  switchProfile(): never {
    return this.#refuse();
  }

  exportProfile(): never {
    return this.#refuse();
  }

  importProfile(): never {
    return this.#refuse();
  }

  backups(): never {
    return this.#refuse();
  }

  backup(): never {
    return this.#refuse();
  }

  restoreBackup(): never {
    return this.#refuse();
  }

  deleteBackup(): never {
    return this.#refuse();
  }

  subscribe(): () => void {
    return () => {};
  }

  #refuse(): never {
    throw new RequestError(503, `Cannot show or change the configuration: ${this.#reason}`);
  }
}
