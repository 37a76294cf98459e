import { silentLogger, systemClock } from "../lib/base/mod.ts";
import { CliError, isLoopback, type ServeFlags, type ServeOptions, serveOptionsOf } from "../lib/cli/mod.ts";
import { type AuditNote, type Logging, startLogging, StoreError } from "../lib/core/mod.ts";
import { makeBuses } from "./buses.ts";
import { runCoach } from "./coach.ts";
import { followLogLevels, hideSecrets, loadConfiguration, writeLogFile } from "./configuration.ts";
import { programFeatures } from "./features.ts";
import { protocolFor } from "./inputs.ts";
import { recover } from "./recovery.ts";
import { type CoachInCharge, makeStorage, recoveryReason } from "./storage.ts";
import type { ServeSurroundings } from "./parts.ts";
import { messageOf, stopSignal } from "./surroundings.ts";

/** Runs the server until told to stop. @throws {CliError} one sentence, with what to do. */
export async function serve(flags: ServeFlags, surroundings: ServeSurroundings): Promise<number> {
  const { environment } = surroundings;
  const logging = await startLogging({
    level: flags.logLevel ?? "info",
    form: environment["JOURNAL_STREAM"] === undefined ? "plain" : "journal",
    write: (line) => surroundings.output.err(`${line}\n`),
  });
  const configuration = await loadConfiguration(flags, { surroundings, environment, logger: logging.of("config") });
  hideSecrets(configuration.effective, logging.redactor);
  const options = serveOptionsOf(flags, { config: configuration.effective, places: configuration.places });
  mustBePossible(options);
  followLogLevels(configuration, logging);
  writeLogFile(configuration, logging);
  const signal = stopSignal();
  const protocol = protocolFor({
    referenceDir: options.referenceDir,
    withJ1939: configuration.effective.features.j1939.enabled,
  });
  const buses = await makeBuses(options.can);
  const inCharge: CoachInCharge = { hub: undefined };
  const storage = makeStorage(options, { surroundings, logger: logging.of("store"), inCharge, configuration });
  const doneBefore: AuditNote[] = [];
  const parts = {
    surroundings,
    logging,
    signal,
    protocol,
    buses,
    storage,
    inCharge,
    configuration,
    doneBefore,
    clock: systemClock,
    featureList: programFeatures,
  };
  try {
    let damage: string | undefined;
    let damages = 0;
    for (;;) {
      const reason = recoveryReason(await storage.plan()) ?? damage;
      damage = undefined;
      if (reason !== undefined) {
        const note = await recover(reason, { ...parts, options, logger: logging.logger });
        if (!note) return 0;
        doneBefore.push(note);
        continue;
      }
      const end = await runCoach(options, parts);
      if (end.kind === "stopped") return 0;
      // With the databases in memory the next one is another file: the newest sound copy on the card.
      damage = storage.cardSync && ++damages === 1 ? undefined : end.reason;
    }
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(sentenceOf(error), { cause: error });
  } finally {
    await storage.release();
    await configuration.stop();
    await stopLogging(logging);
  }
}

/** @throws {CliError} when what is asked for cannot be, whatever the data says. */
function mustBePossible({ profile, host }: ServeOptions): void {
  if (profile === "development" && !isLoopback(host)) {
    throw new CliError(
      `Cannot listen on "${host}": the development profile has no accounts and listens on 127.0.0.1 alone`,
    );
  }
}

/** What cannot be logged any more is lost, and no reason to fail. */
async function stopLogging(logging: Logging): Promise<void> {
  await logging.stop().catch((error) => silentLogger.error(String(error)));
}

function sentenceOf(error: unknown): string {
  return error instanceof StoreError ? `${error.message}. ${error.todo}` : messageOf(error);
}
