import { type Logger, systemClock } from "../lib/base/mod.ts";
import { canGoBack, CliError, LocalHost, type ServeOptions } from "../lib/cli/mod.ts";
import { type CardOfStorage, machineTimeSigns, type StartPlan, Storage, version, WorkerWork } from "../lib/core/mod.ts";
import type { Hub } from "../lib/hub/mod.ts";
import { reasonsAgainstMigration } from "../lib/safety/mod.ts";
import { coachiqMigrations } from "../migrations/coachiq/mod.ts";
import { historyMigrations } from "../migrations/history/mod.ts";
import type { Configuration, Environment } from "../lib/config/mod.ts";
import { keepingTimes } from "./configuration.ts";
import { dataFolder } from "./data_folder.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is safe now depends on the coach, which comes after the storage. */
export interface CoachInCharge {
  hub: Hub | undefined;
}

export function makeStorage(options: ServeOptions, parts: {
  readonly surroundings: Surroundings & { readonly environment: Environment };
  readonly logger: Logger;
  readonly inCharge: CoachInCharge;
  readonly configuration: Configuration;
}): Storage {
  const { surroundings, logger, inCharge, configuration } = parts;
  // Of systemd, which starts what takes its place when it fails.
  const isService = surroundings.environment["NOTIFY_SOCKET"] !== undefined;
  const thread = new URL("lib/update/update_thread.ts", surroundings.base);
  return new Storage({
    dataDir: dataFolder(options, surroundings),
    profile: options.profile,
    migrations: { coachiq: coachiqMigrations, history: historyMigrations },
    programVersion: version,
    clock: systemClock,
    logger,
    work: new WorkerWork(() => new Worker(thread, { type: "module", name: "update" })),
    timeSigns: machineTimeSigns(),
    historyBatchMs: configuration.effective.persistence.telemetry_seconds * 1000,
    card: cardOf(configuration),
    ...(isService ? { canGoBack: () => canGoBack(new LocalHost({ isRoot: false })) } : {}),
    ...keepingTimes(configuration, options.profile),
    safety: {
      mayMigrate(request) {
        const { hub } = inCharge;
        if (!hub) return { safe: true, reasons: [] };
        const reasons = reasonsAgainstMigration({
          coach: hub.coachState(),
          ownerSaysParked: request.parked === true,
          commandsInFlight: hub.commandsInFlight,
          lastControlAgeMs: hub.lastControlAgeMs({ except: request.clientId ?? request.actor }),
          quietMs: configuration.effective.safety.quiet_seconds * 1000,
        });
        return { safe: reasons.length === 0, reasons };
      },
    },
  });
}

/** How often is copied to a card, as the configuration says at the moment it is asked. */
function cardOf(configuration: Configuration): CardOfStorage {
  const { live_megabytes: liveMiB, power_fail_file: powerFailFile } = configuration.effective.persistence;
  return {
    liveMiB,
    settings() {
      const { sync_minutes: states, history_sync_minutes: history } = configuration.effective.persistence;
      return { statesMs: states * 60_000, historyMs: history * 60_000 };
    },
    ...(powerFailFile === undefined ? {} : { powerFailFile }),
  };
}

/** Why the program cannot run on this database; undefined: it can. @throws {CliError} when it must wait or give way. */
export function recoveryReason(plan: StartPlan): string | undefined {
  switch (plan.kind) {
    case "ok":
    case "olderSchema":
      return undefined;
    case "newerSchema":
      return `CoachIQ ${plan.writtenBy ?? "of an unknown version"} wrote this database with the newer schema ` +
        `"${plan.version}"; this is ${version}. Restore a backup from before, or install the newer version again.`;
    case "damaged":
    case "recovery":
      return plan.reason;
    case "goBack":
      throw new CliError(
        `Cannot start CoachIQ ${version}: ${plan.reason} After some more tries the version before takes its place.`,
      );
    case "busy":
      throw new CliError(`Cannot start: ${plan.reason} Try again when it is done.`);
    default:
      return plan satisfies never;
  }
}
