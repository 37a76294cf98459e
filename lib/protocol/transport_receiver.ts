import {
  abortReason,
  addressOf,
  connectionFrame,
  type ConnectionHead,
  control,
  isGlobal,
  maxMessageBytes,
  type StepBuilder,
  type TransportFrame,
} from "./transport_frames.ts";

/** Longest silence between two packets, ms (J1939-21 T1; RV-C 2023-11, 3.2.7 allows 500). */
export const packetTimeoutMs = 750;
/** Longest wait for the first packet after we cleared the sender to send, ms (J1939-21 T2). */
export const clearedTimeoutMs = 1250;
/** Packets we let a sender send before it has to ask again. */
const packetsPerClearance = 16;

interface Session {
  readonly dgn: number;
  readonly sourceAddress: number;
  /** 255: broadcast. */
  readonly destination: number;
  readonly priority: number;
  readonly data: Uint8Array;
  readonly packets: number;
  readonly perClearance: number;
  /** Packets received so far. */
  received: number;
  /** Packets received when the sender has to wait for the next clearance; broadcast: never. */
  clearedUpTo: number;
  dueMs: number;
}

/**
 * Puts messages together from packets. One session per sender and kind (broadcast, addressed to us); a new start drops
 * the old one, so there are never more than 512, and fewer by `maxSessions`.
 */
export class TransportReceiver {
  readonly #maxSessions: number;
  readonly #sessions = new Map<number, Session>();

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** When the next session runs out, ms; `undefined` with none. */
  get nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMs } of this.#sessions.values()) if (next === undefined || dueMs < next) next = dueMs;
    return next;
  }

  /** A start of either kind: INITIAL_PACKET of RV-C, RTS of J1939. */
  start(frame: TransportFrame, head: ConnectionHead, at: { readonly nowMs: number; readonly step: StepBuilder }): void {
    const { nowMs, step } = at;
    const { sourceAddress, destination, priority } = frame;
    const key = keyOf(frame);
    const old = this.#sessions.get(key);
    if (old) this.#drop(key, old, { step, reason: "the sender began another message" });
    if (head.dgn === undefined) return;
    const packets = Math.ceil(head.length / 7);
    if (head.length < 1 || head.length > maxMessageBytes || head.packets < packets) {
      const reason =
        `announced ${head.length} bytes in ${head.packets} packets, expected 1 to ${maxMessageBytes} bytes`;
      step.events.push({ kind: "dropped", direction: "receive", dgn: head.dgn, address: sourceAddress, reason });
      this.#abort(frame, head.dgn, { step, reason: abortReason.tooLong });
      return;
    }
    this.#makeRoom(step);
    const session: Session = {
      dgn: head.dgn,
      sourceAddress,
      destination,
      priority,
      data: new Uint8Array(head.length),
      packets,
      perClearance: Math.min(packetsPerClearance, Math.max(1, head.perClearance)),
      received: 0,
      clearedUpTo: packets,
      dueMs: nowMs + packetTimeoutMs,
    };
    this.#sessions.set(key, session);
    if (!isGlobal(destination)) clear(session, nowMs, step);
  }

  /** One data packet. A packet that repeats the last one is ignored: bridged buses double frames. */
  packet(frame: TransportFrame, nowMs: number, step: StepBuilder): void {
    const key = keyOf(frame);
    const session = this.#sessions.get(key);
    if (!session) return;
    const sequence = frame.data[0] ?? 0;
    if (sequence === session.received && sequence > 0) return;
    if (sequence !== session.received + 1 || sequence > session.clearedUpTo) {
      const reason = `packet ${sequence} came, expected ${session.received + 1}`;
      this.#drop(key, session, { step, reason });
      this.#abort(frame, session.dgn, { step, reason: abortReason.badSequence });
      return;
    }
    const offset = session.received * 7;
    session.data.set(frame.data.subarray(1, 1 + Math.min(7, session.data.length - offset)), offset);
    session.received = sequence;
    session.dueMs = nowMs + packetTimeoutMs;
    if (session.received === session.packets) this.#finish(key, session, step);
    else if (session.received === session.clearedUpTo) clear(session, nowMs, step);
  }

  /** The sender gave up. */
  abort(frame: TransportFrame, dgn: number | undefined, step: StepBuilder): void {
    const key = keyOf(frame);
    const session = this.#sessions.get(key);
    if (session && session.dgn === dgn) this.#drop(key, session, { step, reason: "the sender aborted" });
  }

  tick(nowMs: number, step: StepBuilder): void {
    for (const [key, session] of this.#sessions) {
      if (session.dueMs > nowMs) continue;
      const reason = `no packet for ${packetTimeoutMs} ms, ${session.received} of ${session.packets} had come`;
      this.#drop(key, session, { step, reason });
      this.#abort(session, session.dgn, { step, reason: abortReason.timeout });
    }
  }

  /** Drops every addressed session, because our address changed. */
  forgetAddressed(step: StepBuilder): void {
    for (const [key, session] of this.#sessions) {
      if (!isGlobal(session.destination)) this.#drop(key, session, { step, reason: "our address changed" });
    }
  }

  #finish(key: number, session: Session, step: StepBuilder): void {
    this.#sessions.delete(key);
    const { dgn, data, packets } = session;
    step.events.push({ kind: "message", address: addressOf(dgn, session), data });
    if (isGlobal(session.destination)) return;
    const middle = [data.length & 0xff, data.length >> 8, packets, 0xff] as const;
    const [from, to] = [session.destination, session.sourceAddress];
    step.frames.push(connectionFrame(control.endOfMessage, { from, to, dgn, middle }));
  }

  #drop(key: number, session: Session, why: { readonly step: StepBuilder; readonly reason: string }): void {
    this.#sessions.delete(key);
    const { dgn, sourceAddress } = session;
    const { reason } = why;
    why.step.events.push({ kind: "dropped", direction: "receive", dgn, address: sourceAddress, reason });
  }

  #abort(
    between: { readonly sourceAddress: number; readonly destination: number },
    dgn: number,
    why: { readonly step: StepBuilder; readonly reason: number },
  ): void {
    if (isGlobal(between.destination)) return;
    const [from, to] = [between.destination, between.sourceAddress];
    why.step.frames.push(connectionFrame(control.abort, { from, to, dgn, middle: [why.reason, 0xff, 0xff, 0xff] }));
  }

  #makeRoom(step: StepBuilder): void {
    if (this.#sessions.size < this.#maxSessions) return;
    const oldest = this.#sessions.entries().next().value;
    if (!oldest) return;
    const [key, session] = oldest;
    this.#drop(key, session, { step, reason: "too many messages at a time" });
    this.#abort(session, session.dgn, { step, reason: abortReason.resources });
  }
}

function keyOf(frame: TransportFrame): number {
  return frame.sourceAddress | (isGlobal(frame.destination) ? 0 : 0x100);
}

/** Lets the sender send its next packets. */
function clear(session: Session, nowMs: number, step: StepBuilder): void {
  const count = Math.min(session.perClearance, session.packets - session.received);
  session.clearedUpTo = session.received + count;
  session.dueMs = nowMs + clearedTimeoutMs;
  const [from, to] = [session.destination, session.sourceAddress];
  const middle = [count, session.received + 1, 0xff, 0xff] as const;
  step.frames.push(connectionFrame(control.clearToSend, { from, to, dgn: session.dgn, middle }));
}
