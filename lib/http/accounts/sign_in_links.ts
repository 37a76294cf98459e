import type { Caller } from "../account_services.ts";
import { RequestError } from "../services.ts";
import { type AccountParts, isOver } from "./account_parts.ts";
import { hashOf, randomText } from "./secret_text.ts";
import { limitedAddress } from "./try_limits.ts";

/** How long a link is good, minutes. */
const goodForMin = 15;

/** Mails links to sign in with. */
export class SignInLinks {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** Answers before the mail is sent, so that nothing tells whether there is such an account. */
  send(email: string, caller: Caller): void {
    const { store, clock, limits, logger } = this.#parts;
    const mailer = this.#parts.mailer();
    if (!mailer) throw new RequestError(409, "Cannot send a link: no mail is configured.");
    const to = email.trim().toLowerCase();
    // Each request counts: a mailbox is not to be flooded.
    limits.other("mail from", limitedAddress(caller.remoteAddress));
    limits.other("mail to", to);
    const account = store.accounts.byEmail(to);
    const nowMs = clock.wallMs();
    if (!account || isOver(account.expiresAtMs, nowMs)) return;
    const secret = randomText(32);
    store.sessions.addLink({
      secretHash: hashOf(secret),
      accountId: account.id,
      atMs: nowMs,
      expiresAtMs: nowMs + goodForMin * 60_000,
    });
    mailer.send({ to, subject: "Sign in to CoachIQ", text: this.#text(secret) }).catch((error) => {
      logger.error("Cannot send a mail with a link to sign in", {
        error: error instanceof Error ? error.message : "unknown",
      });
    });
  }

  /** The name in `Host` is whatever the one who asked put there, so only a configured address makes a link. */
  #text(secret: string): string {
    const site = this.#parts.siteUrl()?.replace(/\/+$/, "");
    const how = site === undefined
      ? `Enter this code on the page where you asked for it:\n\n${secret}`
      : `Open this link:\n\n${site}/sign-in?link=${secret}`;
    return `${how}\n\nIt is good once, for ${goodForMin} minutes. If you did not ask for it, do nothing.\n`;
  }
}
