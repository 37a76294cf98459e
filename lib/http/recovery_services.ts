import type { HealthView } from "../wire/mod.ts";
import { type HttpServices, RequestError } from "./services.ts";

const todo = "Restore a backup on the page Settings, Database.";

/** What is left of the program in recovery mode: it says what is wrong, and refuses the rest. */
export class RecoveryServices implements HttpServices {
  readonly #reason: string;
  readonly #version: string;

  constructor(options: { readonly reason: string; readonly version: string }) {
    this.#reason = options.reason;
    this.#version = options.version;
  }

  health(): HealthView {
    return {
      status: "failed",
      version: this.#version,
      uptimeS: 0,
      simulated: false,
      coach: { id: "", name: "CoachIQ" },
      problems: [{ priority: 1, what: this.#reason, todo }],
    };
  }

  coach(): never {
    return this.#refuse();
  }

  entities(): never {
    return this.#refuse();
  }

  entity(): never {
    return this.#refuse();
  }

  command(): never {
    return this.#refuse();
  }

  interfaces(): never {
    return this.#refuse();
  }

  frames(): never {
    return this.#refuse();
  }

  unknown(): never {
    return this.#refuse();
  }

  nodes(): never {
    return this.#refuse();
  }

  diagnostics(): never {
    return this.#refuse();
  }

  record(): never {
    return this.#refuse();
  }

  recording(): never {
    return this.#refuse();
  }

  subscribe(): () => void {
    return () => {};
  }

  #refuse(): never {
    throw new RequestError(503, `Cannot do this in recovery mode: ${this.#reason}`, [todo]);
  }
}
