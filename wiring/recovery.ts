import { type Logger, systemClock } from "../lib/base/mod.ts";
import type { ServeOptions } from "../lib/cli/mod.ts";
import type { Configuration } from "../lib/config/mod.ts";
import { type Logging, type Storage, version } from "../lib/core/mod.ts";
import { createRecoveryApp, loadAssets, StorageServices, WebServer } from "../lib/http/mod.ts";
import { routes } from "../routes/mod.ts";
import { listeningOf, readOnlyReason, serverSafety } from "./listening.ts";
import { makeNotifier } from "./notifier.ts";
import type { ServeSurroundings } from "./parts.ts";
import { siteFolder, type StopSignal } from "./surroundings.ts";

/** Serves the restore page alone, until a backup is restored (true) or the program is told to stop (false). */
export async function recover(reason: string, parts: {
  readonly storage: Storage;
  readonly options: ServeOptions;
  readonly surroundings: ServeSurroundings;
  readonly logging: Logging;
  readonly logger: Logger;
  readonly signal: StopSignal;
  readonly configuration: Configuration;
}): Promise<boolean> {
  const { storage, options: { host, port }, surroundings, logger, signal, configuration } = parts;
  const configured = configuration.effective.server;
  logger.error("Recovery mode: only restore works", { reason });
  const app = createRecoveryApp({
    database: new StorageServices({ storage, recoveryReason: reason, ...readOnlyReason(host) }),
    reason,
    version,
    routes,
    assets: loadAssets(siteFolder(surroundings)),
    clock: systemClock,
    logger,
    listening: listeningOf(configured),
  });
  const server = new WebServer(app, { hostname: host, port, logger, ...serverSafety(configured) });
  const { promise: mended, resolve } = Promise.withResolvers<void>();
  const unsubscribe = storage.updater.jobs.subscribe(({ kind, state }) => {
    if (state === "done" && (kind === "restore" || kind === "reset")) resolve();
  });
  const { url } = server.start();
  surroundings.output.out(`CoachIQ ${version} on ${url} (recovery: ${reason})\n`);
  // Ready to mend: a service that said nothing would be ended in the middle of a restore.
  const notifier = makeNotifier(parts, () => `recovery: ${reason}`);
  notifier.ready();
  const again = await Promise.race([mended.then(() => true), signal.stopped.then(() => false)]);
  unsubscribe();
  if (again) notifier.handOver();
  else notifier.stopping();
  await server.stop();
  if (again) await storage.forgive();
  await storage.release();
  return again;
}
