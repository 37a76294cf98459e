import { type Clock, systemClock, type Timer } from "../base/mod.ts";
import { interfaceNameProblem, isSendable } from "./frame_checks.ts";
import { NO_LISTENER, PortState } from "./port_state.ts";
import { isRestart, linkOfErrorFrame, linkProblem, openError } from "./socketcan_errors.ts";
import {
  BATCH,
  CAN_EFF_FLAG,
  CAN_ERR_FLAG,
  CAN_RTR_FLAG,
  type CanFilter,
  ERRNO,
  MSG_CONFIRM,
  ReceiveBatch,
  type SocketCanCalls,
} from "./socketcan_ffi.ts";
import { type PolledSocket, SocketCanPoller } from "./socketcan_poller.ts";
import type { CanFrame, CanLink, CanPort, CanPortListener, CanPortStatus, OutgoingFrame, SendResult } from "./types.ts";

/** The system calls that a port makes. */
export type PortCalls = Pick<
  SocketCanCalls,
  "openSocket" | "interfaceIndex" | "configure" | "bind" | "flags" | "sendFrame" | "receive" | "close"
>;

/** What a port needs of a {@link SocketCanPoller}. */
export interface PortPoller {
  acquire(): PortCalls;
  release(): Promise<void>;
  add(socket: PolledSocket): void;
  remove(socket: PolledSocket): Promise<void>;
}

/** How a {@link SocketCanPort} behaves. */
export interface SocketCanOptions {
  readonly clock?: Clock;
  /** Shared by all ports of a program: one waiting thread serves them all. */
  readonly poller?: PortPoller;
  /** Receive filters on extended identifiers; without any all frames come. They hold for own frames as well. */
  readonly filters?: readonly CanFilter[];
  /** Frames that may wait to be sent. Default 256. */
  readonly queueLimit?: number;
  /**
   * A frame that could not be sent for this long is dropped: nobody wants a command of yesterday obeyed when the bus
   * comes back. Default 1000.
   */
  readonly maxQueueAgeMs?: number;
  /** How often the interface's state is looked at. Default 250. */
  readonly checkEveryMs?: number;
  /** Default 4 MiB: about 5,000 frames, more than half a second of two saturated buses. */
  readonly receiveBufferBytes?: number;
}

interface Queued {
  readonly frame: OutgoingFrame;
  readonly sinceMs: number;
}

/** The kernel's transmit queue is ten frames long by default, about 5 ms of a bus at 250 kbit/s. */
const RETRY_MS = 2;
/** Reads of one socket in a row, so that a flood on one interface does not keep the others waiting. */
const MAX_BATCHES = 32;
/** Received frames end a bus-off that has lasted this long: the notice of the restart was lost. */
const BUS_OFF_EVIDENCE_MS = 1000;

/** A CAN interface of the Linux kernel: real adapters and vcan. */
export class SocketCanPort implements CanPort {
  readonly interfaceName: string;
  readonly #clock: Clock;
  readonly #poller: PortPoller;
  readonly #options: SocketCanOptions;
  readonly #state: PortState;
  #listener: CanPortListener = NO_LISTENER;
  #calls: PortCalls | undefined;
  #batch: ReceiveBatch | undefined;
  #socket: PolledSocket | undefined;
  #interfaceIndex = 0;
  #carrierLost = false;
  #droppedBefore = 0;
  #queue: Queued[] = [];
  #checkTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(interfaceName: string, options: SocketCanOptions = {}) {
    this.interfaceName = interfaceName;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#poller = options.poller ?? new SocketCanPoller(this.#clock);
    this.#state = new PortState(interfaceName, this.#clock);
  }

  async start(listener: CanPortListener): Promise<void> {
    if (this.#calls !== undefined) return;
    const bad = interfaceNameProblem(this.interfaceName);
    if (bad !== undefined) throw new Error(`Cannot open CAN interface "${this.interfaceName}": ${bad}`);
    await this.#closing;
    try {
      this.#calls = this.#poller.acquire();
    } catch (cause) {
      const message =
        `Cannot open CAN interface "${this.interfaceName}": SocketCAN needs Linux with "libc.so.6" (glibc) ` +
        `and the permission --allow-ffi; the simulator needs neither`;
      throw new Error(message, { cause });
    }
    this.#batch = new ReceiveBatch();
    this.#listener = listener;
    this.#state.startOver();
    const problem = this.#open();
    if (problem !== undefined) {
      await this.stop();
      throw problem;
    }
    this.#checkTimer = this.#clock.every(this.#options.checkEveryMs ?? 250, () => this.#check());
  }

  send(frame: OutgoingFrame): SendResult {
    if (this.#socket === undefined || !this.#state.canSend) return "down";
    if (!isSendable(frame)) {
      this.#state.txDropped++;
      return "down";
    }
    if (this.#queue.length === 0) {
      const answer = this.#transmit(frame);
      if (answer !== "later") return answer;
    } else if (this.#queue.length >= (this.#options.queueLimit ?? 256)) {
      this.#state.txDropped++;
      return "full";
    }
    this.#queue.push({ frame: { id: frame.id, data: frame.data.slice() }, sinceMs: this.#clock.monotonicMs() });
    this.#retryTimer ??= this.#clock.after(RETRY_MS, () => this.#flush());
    return "queued";
  }

  discard(): void {
    this.#retryTimer?.cancel();
    this.#retryTimer = undefined;
    this.#dropQueue();
  }

  status(): CanPortStatus {
    return this.#state.snapshot(this.#queue.length);
  }

  async stop(): Promise<void> {
    if (this.#calls === undefined) return await this.#closing;
    this.#listener = NO_LISTENER;
    this.#checkTimer?.cancel();
    this.#checkTimer = undefined;
    this.#release();
    this.#state.set("down", "the port is stopped");
    this.#calls = undefined;
    this.#closing = this.#closing.then(() => this.#poller.release());
    await this.#closing;
  }

  /**
   * Opens a socket if the interface is there; the error it answers is one that no waiting repairs. The socket comes
   * first, so that a kernel without CAN is told apart from an interface that is not there yet.
   */
  #open(): Error | undefined {
    const calls = this.#calls!;
    const fd = calls.openSocket();
    if (fd < 0) return openError(this.interfaceName, { step: "socket", errno: -fd });
    const problem = this.#bind(fd);
    if (problem !== undefined || this.#interfaceIndex === 0) {
      calls.close(fd);
      this.#setLink("missing", problem?.message);
      return problem;
    }
    this.#droppedBefore = this.#state.rxDropped;
    this.#socket = { fd, drain: () => this.#drain(fd), failed: (error) => this.#broken(error) };
    this.#poller.add(this.#socket);
    this.#judge(fd);
    return undefined;
  }

  #bind(fd: number): Error | undefined {
    const calls = this.#calls!;
    this.#interfaceIndex = calls.interfaceIndex(this.interfaceName);
    if (this.#interfaceIndex === 0) return undefined;
    const receiveBufferBytes = this.#options.receiveBufferBytes ?? 4 * 1024 * 1024;
    const configured = calls.configure(fd, { receiveBufferBytes, filters: this.#options.filters ?? [] });
    if (configured < 0) return openError(this.interfaceName, { step: "setsockopt", errno: -configured });
    const bound = calls.bind(fd, this.#interfaceIndex);
    if (bound >= 0) return undefined;
    if (calls.interfaceIndex(this.interfaceName) !== this.#interfaceIndex) {
      // It went away in between.
      this.#interfaceIndex = 0;
      return undefined;
    }
    return openError(this.interfaceName, { step: "bind", errno: -bound });
  }

  /** Gives the socket up, with all that waits to be sent. */
  #release(): void {
    this.discard();
    this.#carrierLost = false;
    const socket = this.#socket;
    const calls = this.#calls;
    if (socket === undefined || calls === undefined) return;
    this.#socket = undefined;
    const removed = this.#poller.remove(socket);
    this.#closing = this.#closing.then(() => removed).then(() => calls.close(socket.fd));
  }

  /** Looks at the interface: gone, back, another one of the same name, down, up, off the bus. */
  #check(): void {
    if (this.#calls === undefined) return;
    if (this.#socket !== undefined) {
      if (this.#calls.interfaceIndex(this.interfaceName) === this.#interfaceIndex) return this.#judge(this.#socket.fd);
      this.#release();
      this.#setLink("missing");
    }
    this.#open();
  }

  #judge(fd: number): void {
    const flags = this.#calls?.flags(fd, this.interfaceName);
    if (flags === undefined) return;
    const { link } = this.#state;
    if (!flags.up) {
      this.#carrierLost = false;
      this.#setLink("down");
    } else if (!flags.running) {
      this.#carrierLost = true;
      this.#setLink("busOff");
    } else if (link === "down" || link === "missing" || this.#carrierLost) {
      this.#carrierLost = false;
      this.#setLink("up");
    }
  }

  #setLink(link: CanLink, problem = linkProblem(this.interfaceName, link)): void {
    if (this.#state.set(link, problem)) this.#listener.onLink(this.status());
    if (!this.#state.canSend) this.#dropQueue();
  }

  #dropQueue(): void {
    this.#state.txDropped += this.#queue.length;
    this.#queue = [];
  }

  #transmit(frame: OutgoingFrame): SendResult | "later" {
    if (this.#calls === undefined || this.#socket === undefined) return "down";
    const answer = this.#calls.sendFrame(this.#socket.fd, frame);
    if (answer >= 0) return "queued";
    if (answer === -ERRNO.ENOBUFS || answer === -ERRNO.EAGAIN || answer === -ERRNO.EINTR) return "later";
    this.#failed(-answer);
    return "down";
  }

  #flush(): void {
    this.#retryTimer = undefined;
    const oldestMs = this.#clock.monotonicMs() - (this.#options.maxQueueAgeMs ?? 1000);
    let done = 0;
    while (done < this.#queue.length) {
      const { frame, sinceMs } = this.#queue[done]!;
      if (sinceMs < oldestMs) {
        this.#state.txDropped++;
      } else {
        const answer = this.#transmit(frame);
        if (answer === "later") break;
        // A link that went down has emptied the queue.
        if (this.#queue.length === 0) return;
        if (answer === "down") this.#state.txDropped++;
      }
      done++;
    }
    this.#queue.splice(0, done);
    if (this.#queue.length > 0) this.#retryTimer ??= this.#clock.after(RETRY_MS, () => this.#flush());
  }

  /** A call on the socket failed: the interface went down or away, which the next look will tell. */
  #failed(errno: number): void {
    if (errno === ERRNO.ENETDOWN) this.#setLink("down");
    this.#check();
  }

  #broken(error: unknown): void {
    if (!this.#listener.onFailure) throw error;
    this.#listener.onFailure(error);
  }

  #drain(fd: number): number {
    let total = 0;
    for (let round = 0; round < MAX_BATCHES && this.#socket?.fd === fd; round++) {
      const count = this.#calls!.receive(fd, this.#batch!);
      if (count < 0 && count !== -ERRNO.EAGAIN && count !== -ERRNO.EINTR) this.#failed(-count);
      if (count <= 0) break;
      total += count;
      this.#deliver(count);
      if (count < BATCH) break;
    }
    return total;
  }

  #deliver(count: number): void {
    const batch = this.#batch!;
    let frames: CanFrame[] = [];
    for (let index = 0; index < count; index++) {
      batch.read(index);
      if (batch.dropped >= 0) this.#state.rxDropped = this.#droppedBefore + batch.dropped;
      if ((batch.rawId & CAN_ERR_FLAG) !== 0) {
        if (frames.length > 0) this.#listener.onFrames(frames);
        frames = [];
        this.#takeErrorFrame(batch.rawId & 0x1fffffff, batch.data(index));
      } else if ((batch.rawId & CAN_EFF_FLAG) === 0 || (batch.rawId & CAN_RTR_FLAG) !== 0) {
        this.#state.ignoredFrames++;
      } else {
        const direction = (batch.flags & MSG_CONFIRM) === 0 ? "rx" : "tx";
        if (direction === "tx") this.#state.txFrames++;
        else this.#state.rxFrames++;
        frames.push({
          interfaceName: this.interfaceName,
          id: batch.rawId & 0x1fffffff,
          extended: true,
          data: batch.data(index),
          timestampMs: batch.timestampMs || this.#clock.wallMs(),
          direction,
        });
      }
    }
    if (frames.length === 0) return;
    this.#listener.onFrames(frames);
    const { link, sinceMs } = this.#state;
    if (link === "busOff" && !this.#carrierLost && this.#clock.monotonicMs() - sinceMs > BUS_OFF_EVIDENCE_MS) {
      this.#setLink("up");
    }
  }

  #takeErrorFrame(errorClass: number, data: Uint8Array): void {
    this.#state.errorFrames++;
    const link = linkOfErrorFrame(errorClass, data);
    const before = this.#state.link;
    if (link === undefined || before === "down" || before === "missing") return;
    if (before === "busOff" && !isRestart(errorClass)) return;
    this.#carrierLost = false;
    this.#setLink(link);
  }
}
