import { type Logger, systemClock } from "../lib/base/mod.ts";
import type { ServeOptions } from "../lib/cli/mod.ts";
import type { Configuration } from "../lib/config/mod.ts";
import { type AuditNote, type Logging, type Storage, version } from "../lib/core/mod.ts";
import { createRecoveryApp, loadAssets, RecoveryAccess, StorageServices, WebServer } from "../lib/http/mod.ts";
import { routes } from "../routes/mod.ts";
import { listeningOf, serverSafety } from "./listening.ts";
import { noteOfRecovery } from "./keep_record.ts";
import { makeNotifier } from "./notifier.ts";
import type { ServeSurroundings } from "./parts.ts";
import { siteFolder, type StopSignal } from "./surroundings.ts";

/**
 * Serves the restore page alone, until the database is mended or the program is told to stop. Answers what mended it, for
 * the record of changes; undefined: stop.
 */
export async function recover(reason: string, parts: {
  readonly storage: Storage;
  readonly options: ServeOptions;
  readonly surroundings: ServeSurroundings;
  readonly logging: Logging;
  readonly logger: Logger;
  readonly signal: StopSignal;
  readonly configuration: Configuration;
}): Promise<AuditNote | undefined> {
  const { storage, options: { host, port }, surroundings, logger, signal, configuration } = parts;
  const configured = configuration.effective.server;
  logger.error("Recovery mode: only restore works", { reason });
  const access = new RecoveryAccess({
    clock: systemClock,
    logger,
    announceCode: (code) => surroundings.output.out(`To recover from a phone, open its page and enter: ${code}\n`),
  });
  const app = createRecoveryApp({
    database: new StorageServices({ storage, recoveryReason: reason }),
    reason,
    version,
    routes,
    assets: loadAssets(siteFolder(surroundings)),
    clock: systemClock,
    logger,
    listening: listeningOf(configured),
    access,
  });
  const server = new WebServer(app, { hostname: host, port, logger, ...serverSafety(configured) });
  const { promise: mended, resolve } = Promise.withResolvers<AuditNote>();
  const unsubscribe = storage.updater.jobs.subscribe((progress) => {
    const { kind, state } = progress;
    if (state === "done" && (kind === "restore" || kind === "reset")) resolve(noteOfRecovery(progress, reason));
  });
  const { url } = server.start();
  surroundings.output.out(`CoachIQ ${version} on ${url} (recovery: ${reason})\n`);
  access.start();
  // Ready to mend: a service that said nothing would be ended in the middle of a restore.
  const notifier = makeNotifier(parts, () => `recovery: ${reason}`);
  notifier.ready();
  const note = await Promise.race([mended, signal.stopped.then(() => undefined)]);
  unsubscribe();
  if (note) notifier.handOver();
  else notifier.stopping();
  await server.stop();
  if (note) await storage.forgive();
  await storage.release();
  return note;
}
