import type { Configuration } from "../lib/config/mod.ts";
import { SmtpMailer } from "../lib/core/mod.ts";

/** Sends mail as the configuration says now; nothing while it names no server. */
export function mailerOf({ effective }: Configuration): SmtpMailer | undefined {
  const { host, port, security, username, password, from } = effective.features.notifications.smtp;
  if (host === undefined) return undefined;
  return new SmtpMailer({
    host,
    port,
    security,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: password.reveal() }),
    ...(from === undefined ? {} : { from }),
  });
}
