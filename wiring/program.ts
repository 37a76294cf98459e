import { type Logger, systemClock, type Timer } from "../lib/base/mod.ts";
import type { Configuration } from "../lib/config/mod.ts";
import type { ServeOptions } from "../lib/cli/mod.ts";
import {
  AlertBook,
  Audit,
  type AuditNote,
  type CoachMapping,
  type CoreServices,
  FeatureManager,
  Recording,
  type SystemdNotifier,
} from "../lib/core/mod.ts";
import type { WebServer } from "../lib/http/mod.ts";
import type { Hub } from "../lib/hub/mod.ts";
import type { CoachParts } from "./parts.ts";
import { accountsFeature, makeAccounts } from "./accounts.ts";
import { isFeatureEnabled } from "./features.ts";
import { keepRecord } from "./keep_record.ts";
import { makeNotifier } from "./notifier.ts";
import { makeSite } from "./site.ts";

/** What runs around the coach: the site, the features, and everything that tells of the program. */
export interface Program {
  /** Set as soon as there are core services. */
  core: CoreServices | undefined;
  readonly server: WebServer;
  readonly features: FeatureManager;
  readonly recording: Recording;
  readonly notifier: SystemdNotifier;
  /** What went wrong where nobody expected it. */
  readonly crashes: { subscribe(listener: (error: unknown) => void): void };
  /** Keeps in the record of changes what somebody did. */
  note(note: AuditNote): void;
  start(): Promise<void>;
  /** Ends what {@link start} began; it may be started again. */
  stop(): Promise<void>;
  /** Something is wrong or over now: the alerts say so at once. */
  noteProblems(): void;
}

/** Alerts are brought up to date this often, ms. */
const alertsEveryMs = 2000;

export function makeProgram(
  options: ServeOptions,
  parts: CoachParts & {
    readonly hub: Hub;
    readonly mapping: CoachMapping;
  },
): Program {
  const { hub, mapping, storage, logging, configuration } = parts;
  const program: { core: CoreServices | undefined } = { core: undefined };
  const common = { store: storage.store, clock: systemClock };
  const clean = (text: string) => logging.redactor.text(text);
  const audit = new Audit({ ...common, clean, logger: logging.of("audit") });
  const accounts = makeAccounts(options, { ...parts, audit });
  const alerts = new AlertBook({ ...common, logger: logging.of("alerts") });
  const recording = makeRecording(hub, storage.dataDir);
  const crashes = makeCrashes(logging.logger);
  const features = new FeatureManager(parts.featureList(accountsFeature(accounts)), {
    clock: parts.clock,
    logger: logging.of("features"),
    isEnabled: (name) => name === "authentication" ? accounts !== undefined : isFeatureEnabled(configuration, name),
    supports: (migration) => storage.store.supports(migration),
    onCrash: (error) => crashes.tell(error),
  });
  const site = makeSite(options, { ...parts, recording, audit, alerts, features, accounts, core: () => program.core });
  const metrics = site.metrics;
  let timer: Timer | undefined;
  const ends: (() => void)[] = [];
  return Object.assign(program, {
    server: site.server,
    features,
    recording,
    crashes,
    note: (note: AuditNote) => audit.note(note),
    notifier: makeNotifier(parts, () => `${hub.entities().length} devices, ${site.services.health().status}`),
    start() {
      alerts.start();
      metrics.start();
      site.services.start();
      ends.push(
        configuration.subscribe(() => void features.settle()),
        whenShownAnew(configuration, () => site.services.shownAnew()),
        storage.subscribeReplaced(() => void features.settle()),
        keepRecord(audit, { hub, storage, mapping, configuration }),
      );
      timer = systemClock.every(alertsEveryMs, () => alerts.sync("", site.problems()));
      return Promise.resolve();
    },
    stop() {
      timer?.cancel();
      for (const end of ends.splice(0)) end();
      site.services.stop();
      metrics.stop();
      audit.flush();
      alerts.flush();
      return Promise.resolve();
    },
    noteProblems: () => alerts.sync("", site.problems()),
  });
}

/** Exceptions that nobody caught, with the place where they were thrown in the log. */
function makeCrashes(logger: Logger): Program["crashes"] & { tell(error: unknown): void } {
  const listeners = new Set<(error: unknown) => void>();
  return {
    subscribe: (listener) => void listeners.add(listener),
    tell(error) {
      logger.error("An exception that nobody caught", { error: error instanceof Error ? error.stack : String(error) });
      for (const listener of listeners) listener(error);
    },
  };
}

/** Phones are sent everything again when preferences change, and only then. */
function whenShownAnew(configuration: Configuration, tell: () => void): () => void {
  let known = JSON.stringify(configuration.effective.preferences);
  return configuration.subscribe(() => {
    const now = JSON.stringify(configuration.effective.preferences);
    if (now === known) return;
    known = now;
    tell();
  });
}

function makeRecording(hub: Hub, dataDir: string): Recording {
  const recording = new Recording({
    folder: `${dataDir}/logs`,
    fileName: () => `${new Date().toISOString().replaceAll(/[:.]/g, "-")}.log`,
  });
  hub.subscribe({ onFrames: (frames) => recording.onFrames(frames) });
  return recording;
}
