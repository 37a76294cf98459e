import { type Clock, guardedCall, type Timer } from "../base/mod.ts";
import type { CanFrame, CanPort, CanPortStatus, OutgoingFrame, SendResult } from "../can/mod.ts";
import type { PlannedMessage } from "../entities/mod.ts";
import {
  AddressClaim,
  answerRequest,
  type ClaimStep,
  type Codec,
  dgnOfId,
  formatProductIdentification,
  type FrameAddress,
  type OutgoingMessage,
  parseAcknowledgment,
  parseCanId,
  parseRequest,
  type ProductIdentification,
  requestFrame,
  Transport,
  type TransportStep,
} from "../protocol/mod.ts";
import type { Acknowledgment, CommandBus } from "./commander.ts";
import { EchoWatch } from "./echo_watch.ts";
import type { BindingStatus } from "./entity_table.ts";
import { LastWords } from "./last_words.ts";
import { type PacedFrame, SendQueue } from "./send_queue.ts";

/** Who we are on the bus. */
export interface NodeIdentity {
  /** Our NAME, 8 bytes. */
  readonly name: Uint8Array;
  /** Addresses we may claim, [0, 253]. */
  readonly lowAddress: number;
  readonly highAddress: number;
  readonly product: ProductIdentification;
}

/** One interface and our address on it. */
export interface BusStatus {
  readonly port: CanPortStatus;
  /** Why what we send goes nowhere although the interface is up, for people; undefined: it does not. */
  readonly untaken: string | undefined;
  readonly address: {
    readonly state: "idle" | "claiming" | "claimed" | "cannotClaim";
    readonly sourceAddress: number | undefined;
  };
}

/** What a bus node tells the hub. */
export interface BusNodeOptions {
  readonly clock: Clock;
  /** The codec of now: the owner may declare messages of their own. */
  readonly codec: () => Codec;
  readonly identity: NodeIdentity;
  readonly onFrames: (frames: readonly CanFrame[]) => void;
  readonly onStatus: (status: BusStatus) => void;
  /** A message that came in several packets. */
  readonly onLongMessage: (message: { readonly address: FrameAddress; readonly data: Uint8Array }) => void;
  readonly onAcknowledgment: (acknowledgment: Acknowledgment) => void;
  /** Nothing can be sent any more, and what waited was dropped; {@link BusNode.refusal} says why. */
  readonly onSilenced: () => void;
  /** Frames can no longer be taken, or one of them could not be handled. */
  readonly onFailure: (error: unknown) => void;
}

/** At least this much between two frames of one DGN where its row states nothing, ms (RV-C 2023-11, 3.2.4). */
const generalGapMs = 50;
const claimedDgn = 0x0ee00;
const requestDgn = 0x0ea00;
const acknowledgmentDgn = 0x0e800;
const identificationDgn = 0x0feeb;

/** CoachIQ as a node of one bus: claims an address, answers requests, sends commands in their gaps. */
export class BusNode implements CommandBus {
  readonly interfaceName: string;
  readonly #port: CanPort;
  readonly #options: BusNodeOptions;
  readonly #claim: AddressClaim;
  readonly #transport = new Transport();
  readonly #queue: SendQueue;
  readonly #lastWords: LastWords;
  readonly #watch: EchoWatch;
  #timer: Timer | undefined;
  #link: CanPortStatus["link"] = "missing";

  constructor(port: CanPort, options: BusNodeOptions) {
    const { name, lowAddress, highAddress } = options.identity;
    this.interfaceName = port.interfaceName;
    this.#port = port;
    this.#options = options;
    this.#claim = new AddressClaim({ name, low: lowAddress, high: highAddress, awaitsTaking: true });
    this.#queue = new SendQueue({ clock: options.clock, send: (frame) => this.#sendCommand(frame) });
    this.#lastWords = new LastWords({
      clock: options.clock,
      queue: this.#queue,
      encode: (messages) => this.#encode(messages),
      onFailure: options.onFailure,
    });
    this.#watch = new EchoWatch({
      clock: options.clock,
      test: () => this.#send(this.#claim.repeat(options.clock.monotonicMs()).frames),
      onStuck: () => this.#onStuck(),
    });
  }

  async start(): Promise<void> {
    const { onFrames, onFailure } = this.#options;
    const take = (frames: readonly CanFrame[]) => {
      this.#noticeEchoes(frames);
      if (this.#claim.state === "probing") this.#noticeTalkers(frames);
      onFrames(frames);
    };
    await this.#port.start({
      onFrames: guardedCall(take, onFailure),
      onLink: guardedCall((status) => this.#onLink(status), onFailure),
      onFailure,
    });
    this.#onLink(this.#port.status());
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#queue.stop();
    this.#lastWords.stop();
    this.#watch.reset();
    this.#claim.stop();
    this.#transport.setAddress(undefined);
    // The next start claims an address as the first did.
    this.#link = "missing";
    await this.#port.stop();
  }

  status(): BusStatus {
    const { state, address } = this.#claim;
    return {
      port: this.#port.status(),
      untaken: this.#watch.isStuck
        ? `${this.interfaceName} takes no frames: no other node acknowledges them. Check the wiring and the bit rate.`
        : undefined,
      address: {
        state: state === "failed" ? "cannotClaim" : state === "claimed" || state === "idle" ? state : "claiming",
        sourceAddress: address,
      },
    };
  }

  refusal(): string | undefined {
    const { port, untaken, address } = this.status();
    if (port.link !== "up" && port.link !== "errorPassive") {
      return `${this.interfaceName} cannot send: ${port.problem ?? port.link}`;
    }
    if (untaken !== undefined) return untaken;
    switch (address.state) {
      case "claimed":
        return undefined;
      case "idle":
      case "claiming":
        return `CoachIQ is still claiming its address on ${this.interfaceName}. Try again in a second.`;
      case "cannotClaim":
        return `CoachIQ found no free address on ${this.interfaceName} and stays silent. Another node took every one it may use.`;
      default:
        return address.state satisfies never;
    }
  }

  submit(messages: readonly PlannedMessage[], options: Parameters<CommandBus["submit"]>[1]): void {
    const { key, onSent, onDropped, lastWord = false } = options;
    const listener = { onSent, onDropped };
    if (lastWord) return this.#lastWords.add(key, { messages, listener });
    const frames = this.#encode(messages);
    if (frames === undefined || this.#watch.isStuck) return onDropped("down");
    // On a bus of which nothing is known a harmless frame goes first: a command must not wait in the controller for a
    // plug to be put in, and then be obeyed.
    if (!this.#watch.isProven) {
      this.#queue.pause();
      this.#watch.prove();
    }
    this.#queue.submit(frames, { key, listener });
  }

  cancel(key: string): void {
    this.#queue.cancel(key);
  }

  get isDelayed(): boolean {
    return this.#watch.isDelayed;
  }

  request(status: BindingStatus): void {
    const sourceAddress = this.#claim.address;
    if (sourceAddress === undefined) return;
    const { instance } = status.binding;
    this.#send([requestFrame({ dgn: status.dgn, sourceAddress, ...(instance === undefined ? {} : { instance }) })]);
  }

  /** A received frame of the network's own business: claims, requests, acknowledgments, packets. */
  onNetworkFrame(frame: CanFrame): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#apply(this.#claim.onFrame(frame, nowMs));
    this.#applyTransport(this.#transport.onFrame(frame, nowMs));
    const address = parseCanId(frame.id);
    if (address?.dgn === requestDgn) this.#onRequest(frame, address);
    else if (address?.dgn === acknowledgmentDgn) this.#onAcknowledgment(frame, address);
    else if (address?.dgn === claimedDgn) this.#schedule();
  }

  /** A node that does not answer our probe but talks has the address, too. */
  #noticeTalkers(frames: readonly CanFrame[]): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const frame of frames) {
      const dgn = dgnOfId(frame.id);
      if (frame.direction === "tx" || dgn === claimedDgn || dgn === requestDgn) continue;
      this.#apply(this.#claim.onFrame(frame, nowMs));
    }
  }

  #encode(messages: readonly PlannedMessage[]): readonly PacedFrame[] | undefined {
    const sourceAddress = this.#claim.address;
    return sourceAddress === undefined ? undefined : messages.map((planned) => this.#paced(planned, sourceAddress));
  }

  /** Frames of ours that come back were taken by the bus. */
  #noticeEchoes(frames: readonly CanFrame[]): void {
    const wasStuck = this.#watch.isStuck;
    const taken = this.#watch.onFrames(frames);
    if (taken.length === 0) return;
    const nowMs = this.#options.clock.monotonicMs();
    for (const frame of taken) {
      this.#claim.onTaken(frame, nowMs);
      this.#lastWords.onTaken(frame);
    }
    if (wasStuck) {
      // What the bus took was not always the probe or the claim that is waited for.
      if (this.#claim.address === undefined) this.#send(this.#claim.repeat(nowMs).frames);
      this.#lastWords.say();
      this.#options.onStatus(this.status());
    }
    this.#queue.resume();
    this.#schedule();
  }

  #onStuck(): void {
    this.#silence();
    this.#options.onStatus(this.status());
  }

  /** Nothing goes out under an address that is lost, nor later than it was meant; stops are kept. */
  #silence(): void {
    this.#queue.clear();
    this.#port.discard?.();
    this.#lastWords.pause();
    this.#options.onSilenced();
  }

  #paced(message: PlannedMessage, sourceAddress: number): PacedFrame {
    const codec = this.#options.codec();
    const outgoing: OutgoingMessage = message;
    const { id, data } = codec.encode(outgoing, sourceAddress);
    const row = codec.rowNamed(message.message);
    return { id, data, dgn: dgnOfId(id), minGapMs: row?.gap?.minMs ?? generalGapMs, afterMs: message.afterMs };
  }

  #onLink(status: CanPortStatus): void {
    const wasUsable = this.#link === "up" || this.#link === "errorPassive";
    const isUsable = status.link === "up" || status.link === "errorPassive";
    this.#link = status.link;
    if (isUsable !== wasUsable) this.#watch.reset();
    if (isUsable && !wasUsable) {
      this.#apply(this.#claim.start(this.#options.clock.monotonicMs()));
    } else if (!isUsable && wasUsable) {
      this.#claim.stop();
      this.#transport.setAddress(undefined);
      this.#silence();
    }
    this.#options.onStatus(this.status());
  }

  #apply(step: ClaimStep): void {
    if (step.events.some(({ kind }) => kind === "lost")) this.#silence();
    this.#send(step.frames);
    if (step.events.length > 0) {
      this.#applyTransport(this.#transport.setAddress(this.#claim.address));
      this.#options.onStatus(this.status());
    }
    if (step.events.some(({ kind }) => kind === "claimed")) this.#lastWords.say();
    this.#schedule();
  }

  #applyTransport(step: TransportStep): void {
    this.#send(step.frames);
    for (const event of step.events) if (event.kind === "message") this.#options.onLongMessage(event);
    if (step.frames.length > 0 || step.events.length > 0 || this.#transport.sessions > 0) this.#schedule();
  }

  #schedule(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const dueMs = Math.min(this.#claim.nextDueMs ?? Infinity, this.#transport.nextDueMs ?? Infinity);
    if (dueMs === Infinity) return;
    const { clock } = this.#options;
    this.#timer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      this.#timer = undefined;
      const nowMs = clock.monotonicMs();
      this.#apply(this.#claim.tick(nowMs));
      this.#applyTransport(this.#transport.tick(nowMs));
      this.#schedule();
    });
  }

  /** Frames of the network's own business go out at once; what the interface refuses is missed as what nobody takes. */
  #send(frames: readonly OutgoingFrame[]): void {
    for (const frame of frames) {
      this.#port.send(frame);
      this.#watch.sent(frame);
    }
  }

  #sendCommand(frame: OutgoingFrame): SendResult {
    const result = this.#port.send(frame);
    if (result === "queued") this.#watch.sent(frame);
    return result;
  }

  #onRequest(frame: CanFrame, address: FrameAddress): void {
    const request = parseRequest(frame.data);
    const ourAddress = this.#claim.address;
    if (!request || ourAddress === undefined || address.sourceAddress === ourAddress) return;
    const answer = answerRequest(request, {
      ourAddress,
      requester: address.sourceAddress,
      destination: address.destination ?? 255,
      has: () => false,
    });
    switch (answer.kind) {
      case "identification":
        return this.#identify();
      case "negative":
        return this.#send([answer.frame]);
      case "claim":
      case "message":
      case "nothing":
        return;
      default:
        answer satisfies never;
    }
  }

  #identify(): void {
    const text = formatProductIdentification(this.#options.identity.product);
    const data = new TextEncoder().encode(text);
    const step = this.#transport.send({ dgn: identificationDgn, data }, this.#options.clock.monotonicMs());
    if (step) this.#applyTransport(step);
    this.#schedule();
  }

  #onAcknowledgment(frame: CanFrame, address: FrameAddress): void {
    const ourAddress = this.#claim.address;
    const parsed = parseAcknowledgment(frame.data);
    if (!parsed || ourAddress === undefined || parsed.dgn === undefined) return;
    // Old nodes send it to everybody (RV-C 2023-11, 3.2.4.4); then the data must name us.
    const toUs = address.destination === ourAddress || parsed.acknowledgedAddress === ourAddress;
    if (!toUs) return;
    this.#options.onAcknowledgment({
      interfaceName: this.interfaceName,
      sourceAddress: address.sourceAddress,
      dgn: parsed.dgn,
      code: parsed.code,
      instance: parsed.instance,
    });
  }
}
