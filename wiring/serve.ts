import { CliError, isLoopback, type ServeOptions } from "../lib/cli/mod.ts";
import { startLogging, StoreError } from "../lib/core/mod.ts";
import { makeBuses } from "./buses.ts";
import { runCoach } from "./coach.ts";
import { protocolFor } from "./inputs.ts";
import { recover } from "./recovery.ts";
import { type CoachInCharge, makeStorage, recoveryReason } from "./storage.ts";
import { messageOf, stopSignal, type Surroundings } from "./surroundings.ts";

/** Runs the server until told to stop. @throws {CliError} one sentence, with what to do. */
export async function serve(options: ServeOptions, surroundings: Surroundings): Promise<number> {
  const { logger } = await startLogging({
    level: options.logLevel,
    write: (line) => surroundings.output.err(`${line}\n`),
  });
  if (options.profile === "development" && !isLoopback(options.host)) {
    throw new CliError(
      `Cannot listen on "${options.host}": the development profile has no accounts and listens on 127.0.0.1 alone`,
    );
  }
  if (options.autoMigrate && options.profile !== "development") {
    throw new CliError(
      `Cannot update the database by itself: --auto-migrate belongs to the development profile, this is ` +
        `"${options.profile}"; update it in Settings, Database, or with "coachiq db migrate --yes"`,
    );
  }
  if (options.profile === "sdcard") {
    throw new CliError(
      `Cannot run with the profile "sdcard": this version does not copy the database out to the card yet; ` +
        `use "ssd", or --data-dir on a disk`,
    );
  }
  const signal = stopSignal();
  const protocol = protocolFor(options.referenceDir);
  const buses = await makeBuses(options.can);
  const inCharge: CoachInCharge = { hub: undefined };
  const storage = makeStorage(options, { surroundings, logger, inCharge });
  try {
    for (;;) {
      const reason = recoveryReason(await storage.plan());
      if (reason === undefined) break;
      if (!await recover(reason, { storage, options, surroundings, logger, signal })) return 0;
    }
    return await runCoach(options, { surroundings, logger, signal, protocol, buses, storage, inCharge });
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(sentenceOf(error), { cause: error });
  } finally {
    await storage.release();
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof StoreError ? `${error.message}. ${error.todo}` : messageOf(error);
}
