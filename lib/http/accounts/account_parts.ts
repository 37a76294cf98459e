import type { Clock, Logger } from "../../base/mod.ts";
import type { AuditNote, Store } from "../../core/mod.ts";
import type { AuthEngine } from "./auth_engine.ts";
import type { LiveClients } from "./live_clients.ts";
import type { TryLimits } from "./try_limits.ts";

/** Sends mail; absent where none is configured. */
export interface Mailer {
  send(mail: { readonly to: string; readonly subject: string; readonly text: string }): Promise<void>;
}

/** What the owner may set, as it is now. */
export interface AccountSettings {
  /** How long a browser stays signed in without being used, days. */
  readonly sessionDays: number;
  /** How long an access token of a program is good, minutes. */
  readonly accessTokenMinutes: number;
  /** A known device may sign in with a PIN. */
  readonly pinSignIn: boolean;
}

/** What the parts of {@link Accounts} share. */
export interface AccountParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: TryLimits;
  readonly clients: LiveClients;
  readonly settings: () => AccountSettings;
  /** Loads better-auth the first time. */
  readonly engine: () => Promise<AuthEngine>;
  readonly audit: (note: AuditNote) => void;
  /** Absent while no mail is configured. */
  readonly mailer: () => Mailer | undefined;
  /** Signs access tokens. */
  readonly signingKey: () => Promise<string>;
  /** Where the site is found, as its owner configured it. */
  readonly siteUrl: () => string | undefined;
}

/** Browsers, programs and tokens that an account may have, of each. */
export const mostPerAccount = 50;

/** Whether something with this end is over. */
export function isOver(expiresAtMs: number | undefined, nowMs: number): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= nowMs;
}
