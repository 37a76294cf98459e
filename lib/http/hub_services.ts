import type { Clock, Timer } from "../base/mod.ts";
import { CommandError, type Hub } from "../hub/mod.ts";
import type { CanUpdate, CoachView, CommandResult, EntityDetail, EntityView, HealthView } from "../wire/mod.ts";
import { diagnosticViews, frameFilter, frameView, interfaceViews, nodeViews, unknownView } from "./bus_views.ts";
import { changeView, entityDetail, entityView } from "./entity_views.ts";
import {
  type CommandRequest,
  type FrameFilter,
  type HttpServices,
  type RecordingView,
  RequestError,
  type ServiceListener,
} from "./services.ts";

/** Starts and stops the recording of frames; the wiring hands in one that writes files. */
export interface RecordingControl {
  start(interfaceName: string | undefined): Promise<void>;
  stop(): Promise<void>;
  view(): RecordingView;
}

export interface HubServicesOptions {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly health: () => HealthView;
  readonly coach: () => CoachView;
  readonly recording: RecordingControl;
  /** The coach is the simulated one: all of its outputs are known to work. */
  readonly simulated: boolean;
  /** Names that the owner gave, by entity; what is not among them has the name of the mapping. */
  readonly names?: () => Readonly<Record<string, string>>;
}

/** How often the CAN page gets news, ms, and how many of the frames since then. */
const canPeriodMs = 250;
const framesPerUpdate = 100;
/** Who asks for the list of entities again within this time gets the same one, unless a change was told since, ms. */
const listMs = 50;
/** Weight of the newest sample of a rate; the samples are {@link canPeriodMs} apart. */
const rateWeight = 0.2;

/** {@link HttpServices} over the hub: requests go down, changes go up as wire views. */
export class HubServices implements HttpServices {
  readonly #options: HubServicesOptions;
  readonly #listeners = new Set<ServiceListener>();
  readonly #rates = new Map<string, number>();
  readonly #lastRx = new Map<string, number>();
  #timer: Timer | undefined;
  #unsubscribe: (() => void) | undefined;
  #lastSequence = 0;
  #lastHealth = "";
  #list: { readonly views: readonly EntityView[]; readonly madeMs: number } | undefined;

  constructor(options: HubServicesOptions) {
    this.#options = options;
  }

  start(): void {
    const { hub, clock } = this.#options;
    this.#timer = clock.every(canPeriodMs, () => this.#tick());
    this.#unsubscribe = hub.subscribe({
      onEntities: (changes) => {
        // Who asks from now on is not told of this again: it has to be in their list.
        this.#list = undefined;
        const nowMs = clock.monotonicMs();
        const views = changes.map((change) => changeView(change, { record: hub.entity(change.id), nowMs }));
        for (const listener of this.#listeners) listener.onEntities(views);
      },
      onCoach: () => this.shownAnew(),
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#unsubscribe?.();
    this.#listeners.clear();
  }

  health(): HealthView {
    return this.#options.health();
  }

  coach(): CoachView {
    return this.#options.coach();
  }

  entities(): readonly EntityView[] {
    const { hub, clock, simulated } = this.#options;
    const nowMs = clock.monotonicMs();
    if (!this.#list || nowMs - this.#list.madeMs >= listMs) {
      const views = hub.entities().map((record) => this.#named(entityView(record, { hub, simulated, nowMs })));
      this.#list = { views, madeMs: nowMs };
    }
    return this.#list.views;
  }

  entity(id: string): EntityDetail | undefined {
    const { hub, clock, simulated } = this.#options;
    const record = hub.entity(id);
    return record && this.#named(entityDetail(record, { hub, simulated, nowMs: clock.monotonicMs() }));
  }

  /** How things are shown has changed: whoever looks is sent all of it again. */
  shownAnew(): void {
    this.#list = undefined;
    for (const listener of this.#listeners) listener.onCoach();
  }

  #named<V extends EntityView>(view: V): V {
    const names = this.#options.names?.() ?? {};
    const name = Object.hasOwn(names, view.id) ? names[view.id] : undefined;
    return name === undefined ? view : { ...view, name };
  }

  async command(
    id: string,
    request: CommandRequest,
  ): Promise<CommandResult> {
    const { hub } = this.#options;
    try {
      return await hub.command(id, request);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new RequestError(error.kind === "unknownEntity" ? 404 : 422, error.message, error.errors);
    } finally {
      // Whoever asked for something to be done looks whether it was.
      this.#list = undefined;
    }
  }

  interfaces() {
    return interfaceViews(this.#options.hub, { nowMs: this.#options.clock.monotonicMs(), rates: this.#rates });
  }

  frames(filter: FrameFilter) {
    const { hub } = this.#options;
    return hub.trace.newest(filter.limit, {
      ...(filter.after === undefined ? {} : { after: filter.after }),
      accept: frameFilter(filter),
    }).map((traced) => frameView(traced, hub.protocol));
  }

  unknown() {
    return unknownView(this.#options.hub, this.#options.clock.monotonicMs());
  }

  nodes() {
    const { hub, clock } = this.#options;
    return nodeViews(hub, { nowMs: clock.monotonicMs(), protocol: hub.protocol });
  }

  diagnostics() {
    return diagnosticViews(this.#options.hub.faults());
  }

  async record(
    request: { readonly action: "start" | "stop"; readonly interface?: string },
  ): Promise<RecordingView> {
    const { hub, recording } = this.#options;
    if (request.action === "stop") {
      await recording.stop();
      return recording.view();
    }
    const names = hub.buses().map(({ port }) => port.interfaceName);
    if (request.interface !== undefined && !names.includes(request.interface)) {
      throw new RequestError(
        422,
        `Cannot record "${request.interface}": there is no such interface, expected one of ${names.join(", ")}`,
      );
    }
    if (recording.view().recording) {
      throw new RequestError(409, "Cannot start recording: a recording is running already");
    }
    try {
      await recording.start(request.interface);
    } catch (error) {
      throw new RequestError(503, error instanceof Error ? error.message : String(error));
    }
    return recording.view();
  }

  recording(): RecordingView {
    return this.#options.recording.view();
  }

  subscribe(listener: ServiceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tick(): void {
    const { hub } = this.#options;
    for (const { port } of hub.buses()) {
      const before = this.#lastRx.get(port.interfaceName) ?? port.rxFrames;
      const perSecond = (port.rxFrames - before) * 1000 / canPeriodMs;
      const rate = this.#rates.get(port.interfaceName);
      this.#rates.set(port.interfaceName, rate === undefined ? perSecond : rate + (perSecond - rate) * rateWeight);
      this.#lastRx.set(port.interfaceName, port.rxFrames);
    }
    const next = hub.trace.next;
    const since = next - this.#lastSequence;
    const watchers = [...this.#listeners].filter((listener) => listener.wantsCan?.() ?? true);
    if (watchers.length > 0) {
      const update = this.#canUpdate(since);
      for (const listener of watchers) listener.onCan(update);
    }
    if (this.#listeners.size > 0) this.#tellHealth();
    this.#lastSequence = next;
  }

  #canUpdate(since: number): CanUpdate {
    const { hub } = this.#options;
    const frames = hub.trace.newest(framesPerUpdate, { after: this.#lastSequence - 1 })
      .map((traced) => frameView(traced, hub.protocol));
    return { interfaces: this.interfaces(), frames, omittedFrames: since - frames.length };
  }

  /** Phones are told when something is wrong, or no longer; not each second that goes by. */
  #tellHealth(): void {
    const health = this.#options.health();
    const text = JSON.stringify({ ...health, uptimeS: 0 });
    if (text === this.#lastHealth) return;
    this.#lastHealth = text;
    for (const listener of this.#listeners) listener.onHealth(health);
  }
}
