import {
  abortReason,
  connectionFrame,
  type ConnectionHead,
  control,
  dataFrame,
  isGlobal,
  type StepBuilder,
  type TransportFrame,
} from "./transport_frames.ts";

/** Time between two packets of a broadcast, ms (RV-C 2023-11, 3.2.7: 50 to 500). */
export const broadcastGapMs = 50;
/** Longest wait for the receiver's next word, ms (J1939-21 T3). */
export const answerTimeoutMs = 1250;
/** Longest wait after the receiver asked us to hold, ms (J1939-21 T4). */
export const holdTimeoutMs = 1050;

/** A message of 9 to 1785 bytes to be sent in packets. */
export interface LongMessage {
  /** Full 17-bit number, the low byte being a device type for the driver blocks. */
  readonly dgn: number;
  readonly data: Uint8Array;
  /** [0, 7], default 6. */
  readonly priority?: number;
  /** 255 (default): broadcast; else one node, which has to take part (RTS/CTS, J1939 alone). */
  readonly destination?: number;
}

interface Session {
  readonly dgn: number;
  readonly data: Uint8Array;
  readonly priority: number;
  readonly from: number;
  readonly destination: number;
  readonly packets: number;
  /** Next packet to send, from 1. */
  next: number;
  dueMs: number;
}

/** Sends messages in packets: one broadcast at a time, and one message per addressed node. */
export class TransportSender {
  readonly #maxSessions: number;
  /** By destination. */
  readonly #sessions = new Map<number, Session>();

  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  get nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMs } of this.#sessions.values()) if (next === undefined || dueMs < next) next = dueMs;
    return next;
  }

  /** Begins to send; `false` when that destination is busy or too much is under way, then nothing was taken. */
  send(message: LongMessage, from: number, at: { readonly nowMs: number; readonly step: StepBuilder }): boolean {
    const destination = message.destination ?? 255;
    if (this.#sessions.has(destination) || this.#sessions.size >= this.#maxSessions) return false;
    const { dgn, data } = message;
    const packets = Math.ceil(data.length / 7);
    const priority = message.priority ?? 6;
    const global = isGlobal(destination);
    const dueMs = at.nowMs + (global ? broadcastGapMs : answerTimeoutMs);
    this.#sessions.set(destination, { dgn, data, priority, from, destination, packets, next: 1, dueMs });
    const middle = [data.length & 0xff, data.length >> 8, packets, 0xff] as const;
    const kind = global ? control.broadcast : control.requestToSend;
    at.step.frames.push(connectionFrame(kind, { from, to: destination, dgn, middle, priority }));
    return true;
  }

  /** The receiver lets us send, asks to hold, has everything, or gave up. */
  answer(
    frame: TransportFrame,
    head: ConnectionHead,
    at: { readonly nowMs: number; readonly step: StepBuilder },
  ): void {
    const session = this.#sessions.get(frame.sourceAddress);
    if (!session || isGlobal(session.destination) || session.dgn !== head.dgn) return;
    if (head.control === control.clearToSend) this.#cleared(session, head, at);
    else if (head.control === control.abort) {
      this.#fail(session, at.step, `the receiver aborted (reason ${head.byte1})`);
    } else if (head.control === control.endOfMessage && session.next > session.packets) {
      this.#sessions.delete(session.destination);
      at.step.events.push({ kind: "sent", dgn: session.dgn, destination: session.destination });
    }
  }

  tick(nowMs: number, step: StepBuilder): void {
    for (const session of this.#sessions.values()) {
      if (session.dueMs > nowMs) continue;
      if (isGlobal(session.destination)) this.#broadcastNext(session, nowMs, step);
      else {
        this.#fail(session, step, `no answer for ${answerTimeoutMs} ms`);
        step.frames.push(abortFrame(session));
      }
    }
  }

  /** Drops everything, because our address changed. */
  forgetAll(step: StepBuilder): void {
    for (const session of this.#sessions.values()) this.#fail(session, step, "our address changed");
  }

  #broadcastNext(session: Session, nowMs: number, step: StepBuilder): void {
    const { from, destination: to, next: sequence, priority } = session;
    step.frames.push(dataFrame(session.data, { from, to, sequence, priority }));
    session.next++;
    session.dueMs = nowMs + broadcastGapMs;
    if (session.next <= session.packets) return;
    this.#sessions.delete(to);
    step.events.push({ kind: "sent", dgn: session.dgn, destination: to });
  }

  #cleared(
    session: Session,
    head: ConnectionHead,
    at: { readonly nowMs: number; readonly step: StepBuilder },
  ): void {
    if (head.byte1 === 0) {
      session.dueMs = at.nowMs + holdTimeoutMs;
      return;
    }
    if (head.byte2 < 1 || head.byte2 > session.packets) {
      this.#fail(session, at.step, `the receiver asked for packet ${head.byte2} of ${session.packets}`);
      at.step.frames.push(abortFrame(session, abortReason.badSequence));
      return;
    }
    const { from, destination: to, priority } = session;
    const last = Math.min(head.byte2 + head.byte1 - 1, session.packets);
    for (let sequence = head.byte2; sequence <= last; sequence++) {
      at.step.frames.push(dataFrame(session.data, { from, to, sequence, priority }));
    }
    session.next = last + 1;
    session.dueMs = at.nowMs + answerTimeoutMs;
  }

  #fail(session: Session, step: StepBuilder, reason: string): void {
    this.#sessions.delete(session.destination);
    const { dgn, destination: address } = session;
    step.events.push({ kind: "dropped", direction: "send", dgn, address, reason });
  }
}

function abortFrame(session: Session, reason: number = abortReason.timeout) {
  const { from, destination: to, dgn } = session;
  return connectionFrame(control.abort, { from, to, dgn, middle: [reason, 0xff, 0xff, 0xff] });
}
