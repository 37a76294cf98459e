import type { Clock } from "../base/mod.ts";
import type { Configuration } from "../config/mod.ts";
import {
  type AlertBook,
  type AlertRecord,
  type Audit,
  type AuditNote,
  type CoreServiceView,
  diagnosticsBundle,
  type FeatureManager,
  isoTime,
  type LogEntry,
  type Logging,
  machineFacts,
  type Metrics,
  safetyView,
  stopEverything,
  type Storage,
  version,
} from "../core/mod.ts";
import { type Hub, shownFreshness } from "../hub/mod.ts";
import type { AlertView, AuditView, FeatureView, LogEntryView, SafetyView, SystemView } from "../wire/mod.ts";
import type { ConfigServices } from "./config_services.ts";
import type { FeedStatus } from "./live_feed.ts";
import { type Principal, seesEntity } from "./principal.ts";
import { type HttpServices, RequestError } from "./services.ts";
import type { LogQuery, SystemServices } from "./system_services.ts";

/** Everything {@link ProgramServices} reports on. */
export interface ProgramServicesOptions {
  readonly hub: Hub;
  readonly services: Pick<HttpServices, "interfaces" | "health">;
  readonly core: () => readonly CoreServiceView[];
  readonly features: FeatureManager;
  readonly storage: Storage;
  readonly metrics: Metrics;
  readonly logging: Logging;
  readonly alerts: AlertBook;
  readonly audit: Audit;
  readonly configuration: Configuration;
  readonly config: Pick<ConfigServices, "setOverrides">;
  readonly mapping: () => unknown;
  readonly sockets: () => FeedStatus;
  readonly clock: Clock;
  /** Monotonic ms. */
  readonly startedMs: number;
}

const levels = ["debug", "info", "warning", "error"] as const;

/** {@link SystemServices} over the running program. */
export class ProgramServices implements SystemServices {
  readonly #options: ProgramServicesOptions;

  constructor(options: ProgramServicesOptions) {
    this.#options = options;
  }

  async details(): Promise<SystemView> {
    const { hub, core, features, storage, sockets, clock, startedMs } = this.#options;
    const { store, updater } = storage;
    const { memoryBytes, ...machine } = machineFacts(storage.dataDir);
    const { clients, behind } = sockets();
    const states = store.states.stats();
    return await Promise.resolve({
      version,
      runtime: `Deno ${Deno.version.deno}`,
      architecture: Deno.build.arch,
      uptimeS: Math.round((clock.monotonicMs() - startedMs) / 1000),
      core: core(),
      features: features.views(),
      database: {
        schema: store.database.isOpen ? store.schema.version : null,
        target: storage.targetVersion,
        isPaused: store.database.paused !== undefined || updater.jobs.running() !== undefined,
        lossWindow: storage.lossWindow() ?? null,
      },
      buses: this.#buses(),
      entities: freshnessOf(hub),
      writing: {
        statesP95Ms: states.batchP95Ms,
        statesWaiting: states.pending,
        historyP95Ms: store.history.stats().batchP95Ms,
        todayBytes: this.#writtenToday(),
      },
      sockets: { clients, behind },
      machine: { memoryBytes, ...machine, clockIsRight: store.trust.isTrusted },
    });
  }

  async metrics() {
    const { metrics } = this.#options;
    return { text: await metrics.text(), contentType: metrics.contentType };
  }

  features(): readonly FeatureView[] {
    return this.#options.features.views();
  }

  async setFeature(name: string, enabled: boolean, principal: Principal): Promise<FeatureView> {
    const { features, config } = this.#options;
    const feature = features.views().find((view) => view.name === name);
    if (!feature) {
      const known = features.views().map((view) => view.name).join(", ");
      throw new RequestError(404, `Cannot switch feature "${name}": there is none, expected one of ${known}`);
    }
    if (!feature.switchable && feature.enabled !== enabled) {
      const detail =
        `Cannot switch feature "${name}" while the program runs: set features.${name}.enabled, and restart`;
      throw new RequestError(409, detail);
    }
    await config.setOverrides({ [`features.${name}.enabled`]: enabled }, principal.actor);
    await features.settle();
    return features.views().find((view) => view.name === name) ?? feature;
  }

  safety(): SafetyView {
    const { hub, clock } = this.#options;
    return safetyView(hub, clock.monotonicMs());
  }

  async stopEverything(what: "motion" | "lights", principal: Principal) {
    const { actor, address, clientId } = principal;
    const maySwitch = (id: string) => seesEntity(principal, id);
    return await stopEverything(this.#options.hub, { what, actor, address, clientId, maySwitch });
  }

  alerts({ withCleared }: { readonly withCleared: boolean }): readonly AlertView[] {
    const { alerts } = this.#options;
    return (withCleared ? alerts.history(200) : alerts.active()).map(alertView);
  }

  audit(query: Parameters<SystemServices["audit"]>[0]): readonly AuditView[] {
    return this.#options.audit.list(query).map(({ atMs, ...entry }) => ({ ...entry, at: isoTime(atMs) }));
  }

  note(note: AuditNote): void {
    this.#options.audit.note(note);
  }

  log({ level, ...query }: LogQuery): readonly LogEntryView[] {
    const { book } = this.#options.logging;
    const wanted = level === undefined ? {} : { levels: levels.slice(levels.indexOf(level)) };
    return book.list({ ...query, ...wanted }).map(logView);
  }

  setLogLevels(wanted: Parameters<SystemServices["setLogLevels"]>[0]): void {
    this.#options.logging.setLevels(wanted);
  }

  logLevels() {
    return this.#options.logging.levels();
  }

  async diagnostics(): Promise<Uint8Array> {
    const { hub, services, logging, alerts, configuration, mapping, clock } = this.#options;
    const text = diagnosticsBundle(hub, {
      health: { ...services.health(), details: await this.details() },
      configuration: configuration.entries(),
      mapping: mapping(),
      alerts: alerts.history(200),
      log: logging.book.list({ limit: 2000 }),
      redactor: logging.redactor,
      madeAtMs: clock.wallMs(),
    });
    return new TextEncoder().encode(text);
  }

  #buses(): SystemView["buses"] {
    return this.#options.services.interfaces().map((bus) => ({
      name: bus.name,
      link: bus.link,
      framesPerS: Math.round(bus.rxPerSecond),
      errorFrames: bus.errorFrames,
      dropped: bus.rxDropped,
      malformed: bus.malformed,
      unknown: bus.unknown,
      ...(bus.lastFrameAgeMs === null ? {} : { lastFrameAgeS: bus.lastFrameAgeMs / 1000 }),
      ...(bus.sourceAddress === null ? {} : { sourceAddress: bus.sourceAddress }),
    }));
  }

  #writtenToday(): number {
    const { history } = this.#options.storage.store;
    const today = isoTime(this.#options.clock.wallMs()).slice(0, 10);
    return history.writeBudget(1).reduce((sum, { day, bytes }) => day === today ? sum + bytes : sum, 0);
  }
}

function freshnessOf(hub: Hub): SystemView["entities"] {
  const counts = { live: 0, stale: 0, restored: 0, unseen: 0 };
  for (const record of hub.entities()) counts[shownFreshness(record)]++;
  return counts;
}

function alertView({ raisedAtMs, clearedAtMs, ...alert }: AlertRecord): AlertView {
  return {
    ...alert,
    raisedAt: isoTime(raisedAtMs),
    clearedAt: clearedAtMs === undefined ? null : isoTime(clearedAtMs),
  };
}

function logView({ atMs, ...entry }: LogEntry): LogEntryView {
  return { ...entry, at: isoTime(atMs) };
}
