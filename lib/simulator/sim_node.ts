import type { CanPort, OutgoingFrame } from "../can/mod.ts";
import {
  acknowledgmentFrame,
  AddressClaim,
  answerRequest,
  buildCanId,
  type ClaimOptions,
  type Codec,
  type DgnRequest,
  formatProductIdentification,
  Transport,
} from "../protocol/mod.ts";
import type { StatusStream } from "./status_stream.ts";

const productDgn = 0x0feeb;

export interface SimNodeOptions {
  readonly name: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly claim: ClaimOptions;
  readonly port: CanPort;
  readonly codec: Codec;
}

/** One node on the bus: claims an address, sends its statuses, answers requests. */
export class SimNode {
  readonly name: string;
  readonly port: CanPort;
  readonly streams: StatusStream[] = [];
  readonly #options: SimNodeOptions;
  readonly #claim: AddressClaim;
  readonly #transport = new Transport();
  /** A fault: says nothing and hears nothing. */
  silent = false;
  /** A fault: bridged buses carry every frame twice. */
  doubled = false;

  constructor(options: SimNodeOptions) {
    this.name = options.name;
    this.port = options.port;
    this.#options = options;
    this.#claim = new AddressClaim(options.claim);
  }

  /** Its source address, once claimed. */
  get address(): number | undefined {
    return this.#claim.address;
  }

  start(nowMs: number): void {
    this.#send(this.#claim.start(nowMs).frames);
  }

  stop(): void {
    this.#claim.stop();
    this.#transport.setAddress(undefined);
  }

  /** Claims, packets, and what statuses are due. */
  tick(nowMs: number): void {
    if (this.silent) return;
    this.#send(this.#claim.tick(nowMs).frames);
    this.#transport.setAddress(this.address);
    this.#send(this.#transport.tick(nowMs).frames);
    const { address } = this;
    if (address === undefined) return;
    for (const stream of this.streams) {
      if (stream.isDue(nowMs)) this.#sendStatus(stream, { address, nowMs });
    }
  }

  /** Takes a frame that the claim or the transport may care about. */
  hear(frame: OutgoingFrame, nowMs: number): void {
    if (this.silent) return;
    this.#send(this.#claim.onFrame(frame, nowMs).frames);
  }

  /** A request for one of its messages. */
  request(
    request: DgnRequest,
    from: { readonly requester: number; readonly destination: number; readonly nowMs: number },
  ): void {
    const ourAddress = this.address;
    if (this.silent || ourAddress === undefined) return;
    const { requester, destination } = from;
    const has = (dgn: number) => this.streams.some((stream) => stream.row.dgn === dgn);
    const answer = answerRequest(request, { ourAddress, requester, destination, has });
    switch (answer.kind) {
      case "claim":
      case "nothing":
        return;
      case "identification":
        return this.#identify(ourAddress, from.nowMs);
      case "negative":
        this.#send([answer.frame]);
        return;
      case "message":
        for (const stream of this.streams) {
          const fits = answer.instance === undefined || stream.key.instance === answer.instance;
          if (stream.row.dgn === answer.dgn && fits) stream.want();
        }
        return;
      default:
        answer satisfies never;
    }
  }

  /** Refuses a command, to who sent it. */
  refuse(
    command: {
      readonly code: number;
      readonly dgn: number;
      readonly requester: number;
      readonly instance: number | undefined;
    },
  ): void {
    const sourceAddress = this.address;
    if (this.silent || sourceAddress === undefined || command.requester >= 254) return;
    const { code, dgn, requester, instance } = command;
    const answer = { code, dgn, requester, sourceAddress };
    this.#send([acknowledgmentFrame(instance === undefined ? answer : { ...answer, instance })]);
  }

  /** Freezes or frees statuses: what is frozen says again and again what it says now. */
  stick(streams: readonly StatusStream[], stuck: boolean): void {
    for (const stream of streams) {
      stream.stuck = stuck ? this.#frameOf(stream, this.address ?? 254) : undefined;
    }
  }

  #sendStatus(stream: StatusStream, now: { readonly address: number; readonly nowMs: number }): void {
    const frame = stream.stuck ?? this.#frameOf(stream, now.address);
    // A full queue: the status stays due and goes out on a later tick.
    if (this.#send([frame])) stream.sent(now.nowMs);
  }

  #frameOf(stream: StatusStream, address: number): OutgoingFrame {
    return this.#options.codec.encode({ message: stream.row.name, values: stream.values() }, address);
  }

  #identify(address: number, nowMs: number): void {
    const { model, serialNumber } = this.#options;
    const text = formatProductIdentification({ make: "CoachIQ", model, serialNumber, unitNumber: "" });
    const data = new TextEncoder().encode(text);
    if (data.length <= 8) {
      this.#send([{ id: buildCanId({ dgn: productDgn, priority: 6, sourceAddress: address }), data }]);
      return;
    }
    const step = this.#transport.send({ dgn: productDgn, data }, nowMs);
    if (step) this.#send(step.frames);
  }

  #send(frames: readonly OutgoingFrame[]): boolean {
    let sent = true;
    for (const frame of frames) {
      sent = this.port.send(frame) === "queued" && sent;
      if (this.doubled) this.port.send(frame);
    }
    return sent;
  }
}
