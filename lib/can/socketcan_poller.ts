import { type Clock, type Deferred, deferred, guardedCall, systemClock } from "../base/mod.ts";
import { POLLIN, SocketCanCalls } from "./socketcan_ffi.ts";

/** A socket that the poller watches. */
export interface PolledSocket {
  readonly fd: number;
  /** Takes everything that waits in the socket; answers the number of frames. Must not throw. */
  drain(): number;
  /** Nobody watches it any more. */
  failed(error: unknown): void;
}

/**
 * While frames come, the sockets are read by timer instead of by `poll`: a `poll` is a trip to another thread and costs
 * twice what the tick of a running timer costs. The first frame after a pause is handed out at once, later ones at most
 * this much later.
 */
const TICK_MS = 5;
/** Frames closer together than this are worth a timer. */
const BUSY_GAP_MS = 8;
/** Ticks without a frame after which the bus counts as silent. */
const SILENT_TICKS = 2;
const POLL_TIMEOUT_MS = 1000;

/**
 * Waits for any number of sockets with one `poll` on one thread. Loads the C library with the first socket and
 * releases it after the last one.
 */
export class SocketCanPoller {
  readonly #clock: Clock;
  readonly #sockets = new Map<PolledSocket, Deferred<void> | undefined>();
  #calls: SocketCanCalls | undefined;
  #users = 0;
  #waker = -1;
  #polling = false;
  #pollfds: Uint8Array<ArrayBuffer> | undefined;
  #lent: Uint8Array<ArrayBuffer> | undefined;
  #running: Promise<void> | undefined;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * The system calls; each `acquire` needs a {@link release}.
   *
   * @throws when the C library cannot be loaded.
   */
  acquire(): SocketCanCalls {
    this.#calls ??= SocketCanCalls.load();
    this.#users++;
    return this.#calls;
  }

  /** Gives back what {@link acquire} gave; settles when nothing of it is in use any more. */
  async release(): Promise<void> {
    if (--this.#users > 0 || this.#calls === undefined) return;
    await this.#running;
    if (this.#users > 0) return;
    const calls = this.#calls;
    this.#calls = undefined;
    if (this.#waker >= 0) calls.close(this.#waker);
    this.#waker = -1;
    calls.unload();
  }

  /** Begins to watch a socket. */
  add(socket: PolledSocket): void {
    this.#sockets.set(socket, undefined);
    this.#pollfds = undefined;
    this.#wake();
    this.#running ??= this.#run();
  }

  /** Ends watching; when it settles nobody waits on the descriptor, which may then be closed. */
  remove(socket: PolledSocket): Promise<void> {
    if (!this.#sockets.has(socket)) return Promise.resolve();
    this.#pollfds = undefined;
    if (!this.#polling) {
      this.#sockets.delete(socket);
      return Promise.resolve();
    }
    const removed = this.#sockets.get(socket) ?? deferred<void>();
    this.#sockets.set(socket, removed);
    this.#wake();
    return removed.promise;
  }

  #wake(): void {
    if (this.#polling) this.#calls?.wake(this.#waker);
  }

  async #run(): Promise<void> {
    // Sockets that are added in this very turn go into the first poll.
    await Promise.resolve();
    let frameMs = -Infinity;
    try {
      while (this.#sockets.size > 0) {
        const ready = await this.#poll();
        const frames = this.#drain();
        const nowMs = this.#clock.monotonicMs();
        const busy = frames > 0 && nowMs - frameMs < BUSY_GAP_MS;
        frameMs = frames > 0 ? nowMs : frameMs;
        // Ready without a frame is an error that the socket has reported now; ticking keeps a stuck one from spinning.
        if (busy || (ready > 0 && frames === 0)) await this.#tickUntilSilent();
      }
      this.#running = undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Forgets every socket, so that those who come back begin anew, and tells whose they are. */
  #fail(error: unknown): void {
    this.#running = undefined;
    this.#polling = false;
    this.#pollfds = undefined;
    const sockets = [...this.#sockets];
    this.#sockets.clear();
    for (const [socket, removed] of sockets) {
      removed?.resolve();
      socket.failed(error);
    }
  }

  /** Answers how many descriptors are ready. */
  async #poll(): Promise<number> {
    const calls = this.#calls;
    if (calls === undefined) return 0;
    if (this.#waker < 0) this.#waker = calls.openWaker();
    this.#pollfds ??= this.#buildPollfds();
    // The other thread uses this memory until the call is over, whatever becomes of `#pollfds` meanwhile.
    this.#lent = this.#pollfds;
    this.#polling = true;
    const ready = await calls.poll(this.#lent, POLL_TIMEOUT_MS);
    this.#polling = false;
    this.#lent = undefined;
    calls.clearWaker(this.#waker);
    for (const [socket, removed] of this.#sockets) {
      if (removed === undefined) continue;
      this.#sockets.delete(socket);
      removed.resolve();
    }
    return ready;
  }

  #buildPollfds(): Uint8Array<ArrayBuffer> {
    const fds = [...this.#sockets.keys()].map(({ fd }) => fd);
    if (this.#waker >= 0) fds.push(this.#waker);
    const bytes = new Uint8Array(fds.length * 8);
    const view = new DataView(bytes.buffer);
    for (const [index, fd] of fds.entries()) {
      view.setInt32(index * 8, fd, true);
      view.setInt16(index * 8 + 4, POLLIN, true);
    }
    return bytes;
  }

  #drain(): number {
    let frames = 0;
    for (const socket of [...this.#sockets.keys()]) {
      if (this.#sockets.has(socket)) frames += socket.drain();
    }
    return frames;
  }

  #tickUntilSilent(): Promise<void> {
    const { promise, resolve, reject } = deferred<void>();
    let silent = 0;
    const tick = () => {
      silent = this.#drain() === 0 ? silent + 1 : 0;
      if (silent >= SILENT_TICKS || this.#sockets.size === 0) end();
    };
    const timer = this.#clock.every(
      TICK_MS,
      guardedCall(tick, (error) => {
        timer.cancel();
        reject(error);
      }),
    );
    const end = () => {
      timer.cancel();
      resolve();
    };
    return promise;
  }
}
