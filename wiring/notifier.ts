import { systemClock } from "../lib/base/mod.ts";
import { type Logging, SystemdNotifier, unixDatagrams, version } from "../lib/core/mod.ts";
import type { ServeSurroundings } from "./parts.ts";

/** Tells systemd, where it started the program, that it is ready and how it is. */
export function makeNotifier(
  { surroundings, logging }: { readonly surroundings: ServeSurroundings; readonly logging: Logging },
  status: () => string,
): SystemdNotifier {
  const { environment, temporaryFolder } = surroundings;
  const watchdogUs = Number(environment["WATCHDOG_USEC"]);
  return new SystemdNotifier({
    place: {
      socket: environment["NOTIFY_SOCKET"],
      watchdogUs: Number.isFinite(watchdogUs) && watchdogUs > 0 ? watchdogUs : undefined,
    },
    open: (socket) => unixDatagrams(socket, { folder: temporaryFolder }),
    clock: systemClock,
    logger: logging.of("systemd"),
    status: () => `CoachIQ ${version}: ${status()}`,
  });
}

/** The program is a service of the machine: nobody watches its start. */
export function isService({ environment }: ServeSurroundings): boolean {
  return environment["NOTIFY_SOCKET"] !== undefined;
}
