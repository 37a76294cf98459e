import { createHmac } from "node:crypto";
import { systemClock } from "../lib/base/mod.ts";
import { CliError, isLoopback, type ServeOptions } from "../lib/cli/mod.ts";
import type { Configuration } from "../lib/config/mod.ts";
import { type Audit, type Feature, keptSecret } from "../lib/core/mod.ts";
import { Accounts } from "../lib/http/mod.ts";
import { mailerOf } from "./mail.ts";
import type { CoachParts } from "./parts.ts";

/**
 * Accounts, unless they are off: for developers, and where the configuration says so and no network reaches the server.
 *
 * @throws {CliError} when they are to be off on an address that others reach.
 */
export function makeAccounts(
  options: ServeOptions,
  parts: CoachParts & { readonly audit: Audit },
): Accounts | undefined {
  const { configuration, storage, logging, surroundings, audit } = parts;
  const { features, auth } = configuration.effective;
  if (options.profile === "development") return undefined;
  if (!features.authentication.enabled) {
    if (isLoopback(options.host)) return undefined;
    throw new CliError(
      `Cannot listen on "${options.host}" without accounts: features.authentication.enabled is false, which is ` +
        "honoured on 127.0.0.1 alone",
    );
  }
  const { admin_username: username, admin_password: password } = auth;
  return new Accounts({
    store: storage.store,
    clock: systemClock,
    logger: logging.of("accounts"),
    announceCode: (code) => surroundings.output.out(`CoachIQ is not set up yet. Open its page and enter: ${code}\n`),
    onAudit: (note) => audit.note(note),
    settings: () => accountSettings(configuration),
    siteUrl: () => configuration.effective.server.public_url,
    mailer: () => mailerOf(configuration),
    ...(username === undefined || password === undefined ? {} : { admin: { username, password: password.reveal() } }),
    signingKey: () => signingKeyOf(parts),
  });
}

/** What signs access tokens: configured, or made from the root, which is configured or kept in a file. */
async function signingKeyOf({ configuration, logging }: CoachParts): Promise<string> {
  const { effective: { auth }, places } = configuration;
  if (auth.jwt_secret !== undefined) return auth.jwt_secret.reveal();
  const path = `${places.userFolder}/signing.key`;
  const root = auth.secret_key?.reveal() ?? await keptSecret(path, { logger: logging.of("accounts") });
  logging.redactor.hide(root);
  return createHmac("sha256", root).update("access tokens").digest("hex");
}

function accountSettings({ effective: { auth } }: Configuration) {
  return { sessionDays: auth.session_days, accessTokenMinutes: auth.access_token_minutes, pinSignIn: auth.pin_sign_in };
}

/** The feature that they are. */
export function accountsFeature(accounts: Accounts | undefined): Pick<Feature, "start"> | undefined {
  return accounts && {
    async start() {
      await accounts.start();
      return { stop: () => accounts.stop() };
    },
  };
}
