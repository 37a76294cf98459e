import { type Clock, systemClock, type Timer } from "../base/mod.ts";
import { isSendable } from "./frame_checks.ts";
import { NO_LISTENER, PortState } from "./port_state.ts";
import type { CanFrame, CanLink, CanPort, CanPortListener, CanPortStatus, OutgoingFrame, SendResult } from "./types.ts";

/** How a {@link VirtualBus} behaves. */
export interface VirtualBusOptions {
  readonly clock?: Clock;
  /**
   * When frames arrive. `microtask`: as soon as the sender's own code is done. A number: together, that many
   * milliseconds after the first of them, by the clock.
   */
  readonly deliverAfterMs?: number | "microtask";
}

/** How one port of a {@link VirtualBus} behaves. */
export interface VirtualPortOptions {
  /** Frames of this port that may wait for delivery, more are refused as `full`. Default 512. */
  readonly queueLimit?: number;
  /** The state it starts in. Default `up`. */
  readonly link?: CanLink;
}

interface InFlight {
  readonly sender: VirtualPort;
  readonly frame: OutgoingFrame;
  readonly timestampMs: number;
}

/** What the bus does for its ports. */
interface Bus {
  readonly clock: Clock;
  attach(port: VirtualPort): void;
  detach(port: VirtualPort): void;
  carry(inFlight: InFlight): void;
}

const PROBLEMS: Readonly<Record<Exclude<CanLink, "up">, string>> = {
  down: "the interface is down (virtual bus)",
  busOff: "the controller took itself off the bus after too many errors (virtual bus)",
  errorPassive: "the controller sees many errors on the bus (virtual bus)",
  missing: "there is no such interface (virtual bus)",
};

/**
 * A bus inside the process: whatever one port sends arrives at all others as `rx` and at the sender as `tx`, in one
 * order for everybody. Under a `ManualClock`, with `deliverAfterMs` a number, time alone drives it.
 */
export class VirtualBus {
  readonly #clock: Clock;
  readonly #deliverAfterMs: number | "microtask";
  readonly #ports = new Set<VirtualPort>();
  readonly #bus: Bus;
  #inFlight: InFlight[] = [];
  #timer: Timer | undefined;

  constructor(options: VirtualBusOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#deliverAfterMs = options.deliverAfterMs ?? "microtask";
    this.#bus = {
      clock: this.#clock,
      attach: (port) => void this.#ports.add(port),
      detach: (port) => void this.#ports.delete(port),
      carry: (inFlight) => this.#carry(inFlight),
    };
  }

  /** Makes a port; it is on the bus from its `start()` to its `stop()`. */
  port(interfaceName: string, options: VirtualPortOptions = {}): VirtualPort {
    return new VirtualPort(interfaceName, { ...options, bus: this.#bus });
  }

  /** Puts every port that is started into a state, as when the cable is cut. */
  setLink(link: CanLink): void {
    for (const port of this.#ports) port.setLink(link);
  }

  #carry(inFlight: InFlight): void {
    this.#inFlight.push(inFlight);
    if (this.#inFlight.length > 1) return;
    if (this.#deliverAfterMs === "microtask") queueMicrotask(() => this.#deliver());
    else this.#timer ??= this.#clock.after(this.#deliverAfterMs, () => this.#deliver());
  }

  #deliver(): void {
    this.#timer = undefined;
    const batch = this.#inFlight;
    this.#inFlight = [];
    for (const { sender } of batch) sender.left();
    for (const port of [...this.#ports]) {
      port.arrive(batch.filter(({ sender }) => sender === port || sender.delivers));
    }
  }
}

/** A {@link CanPort} on a {@link VirtualBus}. */
export class VirtualPort implements CanPort {
  readonly interfaceName: string;
  readonly #bus: Bus;
  readonly #queueLimit: number;
  readonly #state: PortState;
  #listener: CanPortListener = NO_LISTENER;
  /** What the interface is, whether anybody uses it or not. */
  #interfaceLink: CanLink;
  #started = false;
  #queued = 0;

  constructor(interfaceName: string, options: VirtualPortOptions & { readonly bus: Bus }) {
    this.interfaceName = interfaceName;
    this.#bus = options.bus;
    this.#queueLimit = options.queueLimit ?? 512;
    this.#interfaceLink = options.link ?? "up";
    this.#state = new PortState(interfaceName, options.bus.clock);
  }

  start(listener: CanPortListener): Promise<void> {
    if (this.#started) return Promise.resolve();
    this.#started = true;
    this.#listener = listener;
    this.#state.startOver();
    this.#bus.attach(this);
    this.setLink(this.#interfaceLink);
    return Promise.resolve();
  }

  send(frame: OutgoingFrame): SendResult {
    if (!this.#started || !this.#state.canSend) return "down";
    if (!isSendable(frame)) {
      this.#state.txDropped++;
      return "down";
    }
    if (this.#queued >= this.#queueLimit) {
      this.#state.txDropped++;
      return "full";
    }
    this.#queued++;
    const copy = { id: frame.id, data: frame.data.slice() };
    this.#bus.carry({ sender: this, frame: copy, timestampMs: this.#bus.clock.wallMs() });
    return "queued";
  }

  status(): CanPortStatus {
    return this.#state.snapshot(this.#queued);
  }

  stop(): Promise<void> {
    if (!this.#started) return Promise.resolve();
    this.#started = false;
    this.#listener = NO_LISTENER;
    this.#bus.detach(this);
    this.#state.set("down", "the port is stopped");
    return Promise.resolve();
  }

  /** Makes the interface go down, off the bus, away or up again. Frames on their way from or to it are lost. */
  setLink(link: CanLink): void {
    this.#interfaceLink = link;
    if (!this.#started) return;
    if (link === "busOff" || link === "errorPassive") this.#state.errorFrames++;
    const problem = link === "up" ? undefined : PROBLEMS[link];
    if (this.#state.set(link, problem)) this.#listener.onLink(this.status());
  }

  /** For the bus: one frame left the queue. */
  left(): void {
    this.#queued--;
    if (!this.delivers) this.#state.txDropped++;
  }

  /** For the bus: true while what this port sent reaches the others. */
  get delivers(): boolean {
    return this.#started && this.#state.canSend;
  }

  /** For the bus: frames in the order in which they were sent, own ones included. */
  arrive(batch: readonly InFlight[]): void {
    if (!this.delivers) return;
    const frames: CanFrame[] = [];
    for (const { sender, frame, timestampMs } of batch) {
      const direction = sender === this ? "tx" : "rx";
      if (direction === "tx") this.#state.txFrames++;
      else this.#state.rxFrames++;
      frames.push({ interfaceName: this.interfaceName, ...frame, extended: true, timestampMs, direction });
    }
    if (frames.length > 0) this.#listener.onFrames(frames);
  }
}
