import {
  connectionHead,
  control,
  isGlobal,
  maxMessageBytes,
  minMessageBytes,
  newStep,
  type StepBuilder,
  type TransportFrame,
  transportFrame,
  type TransportStep,
} from "./transport_frames.ts";
import { TransportReceiver } from "./transport_receiver.ts";
import { type LongMessage, TransportSender } from "./transport_sender.ts";

/** Bounds of a transport. */
export interface TransportOptions {
  /** Messages put together at a time; the oldest gives way. Default 64, of at most 1785 bytes each. */
  readonly maxReceiving?: number;
  /** Messages being sent at a time. Default 8. */
  readonly maxSending?: number;
}

const nothing: TransportStep = Object.freeze({ events: Object.freeze([]), frames: Object.freeze([]) });

/**
 * Messages of more than 8 bytes on one interface: broadcasts as RV-C has them (2023-11, 3.2.7: INITIAL_PACKET,
 * DATA_PACKET), and the addressed sessions of J1939-21 (RTS, CTS, end of message, abort) in both directions.
 *
 * A pure state machine: each step returns what happened and which frames to send; time comes in as monotonic ms, and
 * `nextDueMs` says when `tick()` wants to be called. Frames of our own must not be fed back.
 */
export class Transport {
  readonly #receiver: TransportReceiver;
  readonly #sender: TransportSender;
  #address: number | undefined;

  constructor(options: TransportOptions = {}) {
    this.#receiver = new TransportReceiver(options.maxReceiving ?? 64);
    this.#sender = new TransportSender(options.maxSending ?? 8);
  }

  /** Messages under way in both directions. */
  get sessions(): number {
    return this.#receiver.sessions + this.#sender.sessions;
  }

  /** When `tick()` has something to do, monotonic ms; `undefined`: nothing is under way. */
  get nextDueMs(): number | undefined {
    const [receive, send] = [this.#receiver.nextDueMs, this.#sender.nextDueMs];
    if (receive === undefined || send === undefined) return receive ?? send;
    return Math.min(receive, send);
  }

  /** Tells our source address [0, 253]; `undefined` without one: then broadcasts are received and nothing is sent. */
  setAddress(address: number | undefined): TransportStep {
    if (address === this.#address) return nothing;
    this.#address = address;
    const step = newStep();
    this.#receiver.forgetAddressed(step);
    this.#sender.forgetAll(step);
    return step;
  }

  /** Takes any frame; those that are not the transport's cost one comparison. */
  onFrame(frame: { readonly id: number; readonly data: Uint8Array }, nowMs: number): TransportStep {
    const found = transportFrame(frame.id, frame.data);
    if (found === undefined || found.sourceAddress >= 254) return nothing;
    const global = isGlobal(found.destination);
    if (!global && found.destination !== this.#address) return nothing;
    const step = newStep();
    if (found.kind === "data") this.#receiver.packet(found, nowMs, step);
    else this.#connection(found, nowMs, step);
    return step;
  }

  /** Time-outs, and the next packets of a broadcast. */
  tick(nowMs: number): TransportStep {
    const step = newStep();
    this.#receiver.tick(nowMs, step);
    this.#sender.tick(nowMs, step);
    return step;
  }

  /**
   * Begins to send; `undefined` when it cannot now (no address, that destination is busy, too much under way).
   *
   * @throws RangeError when the message does not have 9 to 1785 bytes.
   */
  send(message: LongMessage, nowMs: number): TransportStep | undefined {
    const { length } = message.data;
    if (length < minMessageBytes || length > maxMessageBytes) {
      throw new RangeError(
        `Cannot send in packets: message has ${length} bytes, expected ${minMessageBytes} to ${maxMessageBytes}`,
      );
    }
    if (this.#address === undefined) return undefined;
    const step = newStep();
    return this.#sender.send(message, this.#address, { nowMs, step }) ? step : undefined;
  }

  #connection(frame: TransportFrame, nowMs: number, step: StepBuilder): void {
    const head = connectionHead(frame.data);
    const global = isGlobal(frame.destination);
    if (global) {
      if (head.control === control.broadcast) this.#receiver.start(frame, head, { nowMs, step });
      return;
    }
    if (head.control === control.requestToSend) this.#receiver.start(frame, head, { nowMs, step });
    else {
      if (head.control === control.abort) this.#receiver.abort(frame, head.dgn, step);
      this.#sender.answer(frame, head, { nowMs, step });
    }
  }
}
