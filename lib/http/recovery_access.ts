import type { Clock, Logger } from "../base/mod.ts";
import type { Caller } from "./account_services.ts";
import { hashOf, isSameHash, randomText } from "./accounts/secret_text.ts";
import { readCookies, recoveryCookieOf } from "./accounts/session_cookies.ts";
import { SetUpCode } from "./accounts/set_up_code.ts";
import { TryLimits } from "./accounts/try_limits.ts";
import { clientKey } from "./client_address.ts";
import { machineAt, nobodyAt, type Principal } from "./principal.ts";
import { RequestError } from "./services.ts";

export interface RecoveryAccessOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells the code, on the log and the terminal. */
  readonly announceCode: (code: string) => void;
}

/**
 * Who may mend the database while its accounts cannot be asked: the machine itself, and whoever gave the code from the
 * log. All others see nothing but the page for that code.
 */
export class RecoveryAccess {
  readonly #logger: Logger;
  readonly #code: SetUpCode;
  readonly #limits: TryLimits;
  /** What the browsers of those hold who gave the code: good for this run of recovery. */
  readonly #secret = randomText(43);

  constructor({ clock, logger, announceCode }: RecoveryAccessOptions) {
    this.#logger = logger;
    this.#code = new SetUpCode(announceCode);
    this.#limits = new TryLimits(clock);
  }

  /** Makes the code and tells it. */
  start(): void {
    this.#code.renew();
  }

  /** Who asks. */
  identify({ headers, remoteAddress }: Caller, { isMachine }: { readonly isMachine: boolean }): Principal {
    return isMachine || this.#hasSecret(headers) ? machineAt(remoteAddress) : nobodyAt(remoteAddress);
  }

  /** Answers the cookie of who gave the code. @throws {RequestError} 401: it is wrong; 429: it was too often. */
  open(code: string, caller: Caller): string {
    const { remoteAddress: address } = caller;
    const allowed = this.#limits.other("recovery", clientKey(address));
    if (!this.#code.isRight(code)) {
      this.#logger.warn("A wrong recovery code was given", { address });
      throw new RequestError(401, "Cannot open recovery: the code is not the newest one from the log of CoachIQ.");
    }
    allowed.succeeded();
    this.#logger.info("Recovery was opened with its code", { address });
    return recoveryCookieOf(this.#secret, caller);
  }

  #hasSecret(headers: Headers): boolean {
    const { recovery } = readCookies(headers);
    return recovery !== undefined && isSameHash(hashOf(recovery), hashOf(this.#secret));
  }
}
