import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "../base/mod.ts";
import { type CommandReport, type Hub, shownFreshness } from "../hub/mod.ts";
import type { Store } from "../store/mod.ts";
import type { CardSync } from "./card_sync.ts";
import type { CoreServiceView } from "./core_services.ts";
import type { FeatureView } from "./feature.ts";

/** Where the numbers come from; all of them are asked when somebody looks. */
export interface MetricSources {
  readonly hub: Hub;
  readonly store: Store;
  readonly core: () => readonly CoreServiceView[];
  readonly features: () => readonly FeatureView[];
  /** Phones on `/ws`: those connected, those that are behind, changes kept for them, phones dropped. */
  readonly sockets: () => {
    readonly clients: number;
    readonly behind: number;
    readonly kept: number;
    readonly dropped: number;
  };
  readonly freeBytes: () => Promise<number>;
  /** Copies to a card; absent: the databases are on a disk. */
  readonly card?: CardNumbers;
  readonly version: string;
  readonly clock: Clock;
}

/** What copying to a card tells of itself. */
export type CardNumbers = Pick<CardSync, "lossWindow" | "stats">;

/** One number of this program, for `docs/metrics.md` and the registry alike. */
export interface MetricRow {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric; names follow Prometheus' conventions: base units, `_total` for counters. */
export const metricRows = [
  row("coachiq_build_info", "gauge", "1; the label carries the version of the program.", "version"),
  row("coachiq_core_service_up", "gauge", "1 when the core service runs.", "service"),
  row("coachiq_core_service_restarts_total", "counter", "Starts of a core service after a failure.", "service"),
  row("coachiq_feature_up", "gauge", "1 when the feature runs; features that are off are absent.", "feature", "class"),
  row("coachiq_can_up", "gauge", "1 when the interface sends and receives.", "interface"),
  row("coachiq_can_frames_total", "counter", "Frames, by direction (rx, tx).", "interface", "direction"),
  row(
    "coachiq_can_dropped_frames_total",
    "counter",
    "Received frames that were lost before they were read.",
    "interface",
  ),
  row("coachiq_can_unknown_frames_total", "counter", "Frames that no table describes.", "interface"),
  row("coachiq_decode_errors_total", "counter", "Frames that do not fit their description.", "interface"),
  row("coachiq_can_doubled_frames_total", "counter", "Frames that another interface had brought.", "interface"),
  row("coachiq_can_silence_seconds", "gauge", "Time since the last frame; absent before the first.", "interface"),
  row("coachiq_entities", "gauge", "Entities by freshness.", "freshness"),
  row("coachiq_commands_total", "counter", "Commands by outcome.", "outcome"),
  row("coachiq_command_duration_seconds", "histogram", "From the request to the coach's answer, for commands sent."),
  row("coachiq_state_batches_total", "counter", "Batches of entity states that were written."),
  row("coachiq_state_batch_p95_seconds", "gauge", "95 % of the last batches of states took no longer."),
  row("coachiq_state_pending", "gauge", "Entities whose state waits to be written."),
  row("coachiq_state_write_failures_total", "counter", "Batches of states that could not be written."),
  row("coachiq_history_batch_p95_seconds", "gauge", "95 % of the last batches of history took no longer."),
  row("coachiq_history_bytes", "gauge", "Bytes in use in the history."),
  row(
    "coachiq_card_unsaved_seconds",
    "gauge",
    "Age of what is in memory and not on the card (storage profile sdcard; absent with the others).",
    "database",
  ),
  row("coachiq_card_written_bytes_total", "counter", "Bytes that copies have written to the card.", "database"),
  row("coachiq_card_copies_total", "counter", "Copies to the card, by outcome (done, failed).", "database", "outcome"),
  row("coachiq_card_copy_seconds", "gauge", "Time that the card took for the last copy.", "database"),
  row("coachiq_disk_free_bytes", "gauge", "Free space on the disk of the data directory."),
  row("coachiq_websocket_clients", "gauge", "Phones that are connected."),
  row("coachiq_websocket_clients_behind", "gauge", "Phones that cannot keep up and get the latest values only."),
  row("coachiq_websocket_kept_total", "counter", "Changes that were kept because a phone was behind."),
  row("coachiq_websocket_dropped_total", "counter", "Phones that were dropped because they were behind for too long."),
  row("process_resident_memory_bytes", "gauge", "Memory of the process."),
] as const satisfies readonly MetricRow[];

type MetricName = (typeof metricRows)[number]["name"];

/** Seconds; a tap is answered within milliseconds or not at all. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The numbers of the program for Prometheus. */
export class Metrics {
  readonly #sources: MetricSources;
  readonly #registry = new Registry();
  readonly #gauges = new Map<string, Gauge>();
  readonly #counters = new Map<string, Counter>();
  readonly #durations: Histogram;
  /** Counters are given as totals; the library wants to be told what was added. */
  readonly #totals = new Map<string, number>();
  #unsubscribe: (() => void) | undefined;

  constructor(sources: MetricSources) {
    this.#sources = sources;
    const registers = [this.#registry];
    for (const { name, help, labels, type } of metricRows) {
      const options = { name, help, labelNames: [...labels], registers };
      if (type === "gauge") this.#gauges.set(name, new Gauge(options));
      if (type === "counter") this.#counters.set(name, new Counter(options));
    }
    const { name, help } = metricRows.find(({ type }) => type === "histogram") ?? metricRows[0];
    this.#durations = new Histogram({ name, help, buckets: durationBuckets, registers });
  }

  /** Counts commands from here on. */
  start(): void {
    this.#unsubscribe ??= this.#sources.hub.subscribe({ onCommand: (report) => this.#onCommand(report) });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** Type of {@link text} for the `Content-Type` header. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, in Prometheus' text format. */
  async text(): Promise<string> {
    const { version, freeBytes } = this.#sources;
    // Labels of what is gone must go with it.
    for (const gauge of this.#gauges.values()) gauge.reset();
    this.#gauge("coachiq_build_info", 1, { version });
    this.#gauge("process_resident_memory_bytes", Deno.memoryUsage().rss);
    this.#gauge("coachiq_disk_free_bytes", await freeBytes());
    this.#readServices();
    this.#readBuses();
    this.#readEntities();
    this.#readStore();
    this.#readCard();
    this.#readSockets();
    return await this.#registry.metrics();
  }

  #onCommand({ outcome, latencyMs }: CommandReport): void {
    this.#counters.get("coachiq_commands_total")?.inc({ outcome });
    if (outcome !== "refused") this.#durations.observe(latencyMs / 1000);
  }

  #readServices(): void {
    for (const { name, state, restarts } of this.#sources.core()) {
      this.#gauge("coachiq_core_service_up", state === "up" ? 1 : 0, { service: name });
      this.#total("coachiq_core_service_restarts_total", restarts, { service: name });
    }
    for (const { name, state, enabled, safetyClass } of this.#sources.features()) {
      if (!enabled) continue;
      this.#gauge("coachiq_feature_up", state === "running" ? 1 : 0, { feature: name, class: safetyClass });
    }
  }

  #readBuses(): void {
    const nowMs = this.#sources.clock.monotonicMs();
    for (const { port, counts } of this.#sources.hub.buses()) {
      const bus = { interface: port.interfaceName };
      this.#gauge("coachiq_can_up", port.link === "up" || port.link === "errorPassive" ? 1 : 0, bus);
      this.#total("coachiq_can_frames_total", port.rxFrames, { ...bus, direction: "rx" });
      this.#total("coachiq_can_frames_total", port.txFrames, { ...bus, direction: "tx" });
      this.#total("coachiq_can_dropped_frames_total", port.rxDropped, bus);
      this.#total("coachiq_can_unknown_frames_total", counts.unknown, bus);
      this.#total("coachiq_decode_errors_total", counts.malformed, bus);
      this.#total("coachiq_can_doubled_frames_total", counts.doubled, bus);
      if (counts.lastMs !== undefined) {
        this.#gauge("coachiq_can_silence_seconds", Math.max(0, (nowMs - counts.lastMs) / 1000), bus);
      }
    }
  }

  #readEntities(): void {
    const byFreshness = new Map<string, number>([["live", 0], ["stale", 0], ["restored", 0], ["unseen", 0]]);
    for (const record of this.#sources.hub.entities()) {
      const freshness = shownFreshness(record);
      byFreshness.set(freshness, (byFreshness.get(freshness) ?? 0) + 1);
    }
    for (const [freshness, count] of byFreshness) this.#gauge("coachiq_entities", count, { freshness });
  }

  #readStore(): void {
    const states = this.#sources.store.states.stats();
    const history = this.#sources.store.history.stats();
    this.#total("coachiq_state_batches_total", states.batches);
    this.#gauge("coachiq_state_batch_p95_seconds", states.batchP95Ms / 1000);
    this.#gauge("coachiq_state_pending", states.pending);
    this.#total("coachiq_state_write_failures_total", states.failures);
    this.#gauge("coachiq_history_batch_p95_seconds", history.batchP95Ms / 1000);
    this.#gauge("coachiq_history_bytes", history.usedBytes);
  }

  #readCard(): void {
    const { card } = this.#sources;
    if (!card) return;
    const { states, history } = card.lossWindow();
    for (const [database, { ageS }] of [["coachiq", states], ["history", history]] as const) {
      const { copies, failures, bytes, lastMs } = card.stats(database);
      this.#gauge("coachiq_card_unsaved_seconds", ageS, { database });
      this.#total("coachiq_card_written_bytes_total", bytes, { database });
      this.#total("coachiq_card_copies_total", copies, { database, outcome: "done" });
      this.#total("coachiq_card_copies_total", failures, { database, outcome: "failed" });
      if (copies > 0) this.#gauge("coachiq_card_copy_seconds", lastMs / 1000, { database });
    }
  }

  #readSockets(): void {
    const { clients, behind, kept, dropped } = this.#sources.sockets();
    this.#gauge("coachiq_websocket_clients", clients);
    this.#gauge("coachiq_websocket_clients_behind", behind);
    this.#total("coachiq_websocket_kept_total", kept);
    this.#total("coachiq_websocket_dropped_total", dropped);
  }

  #gauge(name: MetricName, value: number, labels: Readonly<Record<string, string>> = {}): void {
    this.#gauges.get(name)?.set({ ...labels }, value);
  }

  #total(name: MetricName, total: number, labels: Readonly<Record<string, string>> = {}): void {
    const key = `${name}${JSON.stringify(labels)}`;
    const added = total - (this.#totals.get(key) ?? 0);
    this.#counters.get(name)?.inc({ ...labels }, Math.max(0, added));
    if (added > 0) this.#totals.set(key, total);
  }
}

function row<N extends string>(name: N, type: MetricRow["type"], help: string, ...labels: string[]) {
  return { name, type, help, labels } as const;
}
