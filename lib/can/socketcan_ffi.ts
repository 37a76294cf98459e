/**
 * The system calls of SocketCAN. The only foreign-function code of the program; loaded on the first use, so that
 * everything else works on a machine without CAN or with another C library.
 *
 * Numbers and layouts are those of Linux on 64-bit little-endian machines, x86-64 and arm64 alike (kernel:
 * include/uapi/asm-generic/{socket,ioctls,errno,poll}.h, include/uapi/linux/can.h, can/raw.h, can/error.h, if.h).
 *
 * @module
 */

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  recvmmsg: { parameters: ["i32", "buffer", "u32", "i32", "pointer"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** Error numbers that mean something here. */
export const ERRNO = {
  EPERM: 1,
  EINTR: 4,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  ENODEV: 19,
  EPROTONOSUPPORT: 93,
  EAFNOSUPPORT: 97,
  ENETDOWN: 100,
  ENOBUFS: 105,
} as const;

const ERRNO_NAMES = new Map<number, string>(Object.entries(ERRNO).map(([name, number]) => [number, name]));

/** `ENODEV`, or `error 42` for the ones without a name here. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? `error ${errno}`;
}

const AF_CAN = 29, SOCK_RAW = 3, SOCK_CLOEXEC = 0o2000000, CAN_RAW = 1;
const SOL_SOCKET = 1, SO_RCVBUF = 8, SO_RCVBUFFORCE = 33, SO_TIMESTAMPNS = 35, SO_RXQ_OVFL = 40;
const SOL_CAN_RAW = 101, CAN_RAW_FILTER = 1, CAN_RAW_ERR_FILTER = 2, CAN_RAW_RECV_OWN_MSGS = 4;
const MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000;
const SIOCGIFFLAGS = 0x8913n, IFF_UP = 0x1, IFF_RUNNING = 0x40;
const EFD_CLOEXEC = 0o2000000, EFD_NONBLOCK = 0o4000;
const CAN_ERR_MASK = 0x1fffffff;

/** `MSG_CONFIRM` on a received frame: this very socket sent it (Documentation/networking/can.rst, 4.1.6). */
export const MSG_CONFIRM = 0x800;
export const POLLIN = 0x1;
export const CAN_EFF_FLAG = 0x80000000;
export const CAN_RTR_FLAG = 0x40000000;
export const CAN_ERR_FLAG = 0x20000000;

/** Messages per `recvmmsg`. */
export const BATCH = 64;
const FRAME_BYTES = 16, MMSGHDR_BYTES = 64, IOVEC_BYTES = 16;
/** A timestamp (16 + 16) and a drop counter (16 + 4, padded to 24). */
const CONTROL_BYTES = 64;

/** An identifier filter: a frame passes when `(frame.id & mask) === (id & mask)`. */
export interface CanFilter {
  readonly id: number;
  readonly mask: number;
}

/** State of an interface as the kernel tells it. */
export interface InterfaceFlags {
  readonly up: boolean;
  /** Has a carrier; a CAN controller loses it in bus-off (drivers/net/can/dev/dev.c, `can_bus_off`). */
  readonly running: boolean;
}

/** SocketCAN's system calls with JavaScript's types; a negative answer is `-errno`. */
export class SocketCanCalls {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #errno: Deno.UnsafePointerView;
  readonly #sendFrame = new Uint8Array(FRAME_BYTES);
  readonly #sendView = new DataView(this.#sendFrame.buffer);
  readonly #ifreq = new Uint8Array(40);

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>, errno: Deno.UnsafePointerView) {
    this.#library = library;
    this.#errno = errno;
  }

  /** @throws when the C library cannot be loaded. */
  static load(): SocketCanCalls {
    if (Deno.build.os !== "linux") throw new Error(`SocketCAN needs Linux, this is ${Deno.build.os}`);
    const library = Deno.dlopen("libc.so.6", SYMBOLS);
    const location = library.symbols.__errno_location();
    if (location === null) throw new Error("libc.so.6 gives no errno");
    return new SocketCanCalls(library, new Deno.UnsafePointerView(location));
  }

  /** Makes a raw CAN socket. */
  openSocket(): number {
    return this.#answer(this.#library.symbols.socket(AF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW));
  }

  /** Index of an interface, 0 when there is none of this name. */
  interfaceIndex(name: string): number {
    return this.#library.symbols.if_nametoindex(new TextEncoder().encode(`${name}\0`));
  }

  /** Own frames back, error frames, kernel times, drop counter, filters and a large receive buffer. */
  configure(
    fd: number,
    options: { readonly receiveBufferBytes: number; readonly filters: readonly CanFilter[] },
  ): number {
    const set = (level: number, name: number, value: ArrayBufferView<ArrayBuffer>) =>
      this.#answer(this.#library.symbols.setsockopt(fd, level, name, value, value.byteLength));
    const one = Int32Array.of(1);
    // Beyond the system's limit only with CAP_NET_ADMIN; without it the kernel takes what it allows.
    if (set(SOL_SOCKET, SO_RCVBUFFORCE, Int32Array.of(options.receiveBufferBytes)) < 0) {
      set(SOL_SOCKET, SO_RCVBUF, Int32Array.of(options.receiveBufferBytes));
    }
    if (options.filters.length > 0) {
      const pairs = options.filters.flatMap(({ id, mask }) => [
        (id | CAN_EFF_FLAG) >>> 0,
        (mask | CAN_EFF_FLAG | CAN_RTR_FLAG) >>> 0,
      ]);
      const answer = set(SOL_CAN_RAW, CAN_RAW_FILTER, Uint32Array.from(pairs));
      if (answer < 0) return answer;
    }
    for (
      const [level, name, value] of [
        [SOL_SOCKET, SO_TIMESTAMPNS, one],
        [SOL_SOCKET, SO_RXQ_OVFL, one],
        [SOL_CAN_RAW, CAN_RAW_ERR_FILTER, Uint32Array.of(CAN_ERR_MASK)],
        [SOL_CAN_RAW, CAN_RAW_RECV_OWN_MSGS, one],
      ] as const
    ) {
      const answer = set(level, name, value);
      if (answer < 0) return answer;
    }
    return 0;
  }

  bind(fd: number, interfaceIndex: number): number {
    // struct sockaddr_can: family, padding, index, 16 bytes of address.
    const address = new Uint8Array(24);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_CAN, true);
    view.setInt32(4, interfaceIndex, true);
    return this.#answer(this.#library.symbols.bind(fd, address, address.length));
  }

  /** Flags of an interface; undefined when it is gone. */
  flags(fd: number, name: string): InterfaceFlags | undefined {
    this.#ifreq.fill(0);
    new TextEncoder().encodeInto(name, this.#ifreq.subarray(0, 15));
    if (this.#library.symbols.ioctl(fd, SIOCGIFFLAGS, this.#ifreq) < 0) return undefined;
    const flags = this.#ifreq[16]!;
    return { up: (flags & IFF_UP) !== 0, running: (flags & IFF_RUNNING) !== 0 };
  }

  /** Sends one extended data frame without waiting. */
  sendFrame(fd: number, frame: { readonly id: number; readonly data: Uint8Array }): number {
    this.#sendView.setUint32(0, (frame.id | CAN_EFF_FLAG) >>> 0, true);
    this.#sendFrame[4] = frame.data.length;
    this.#sendFrame.fill(0, 8);
    this.#sendFrame.set(frame.data, 8);
    return this.#answer(
      Number(this.#library.symbols.send(fd, this.#sendFrame, BigInt(FRAME_BYTES), MSG_DONTWAIT | MSG_NOSIGNAL)),
    );
  }

  /** Fills the batch with what waits in the socket; answers how many, without waiting. */
  receive(fd: number, batch: ReceiveBatch): number {
    batch.reset();
    return this.#answer(this.#library.symbols.recvmmsg(fd, batch.headers, BATCH, MSG_DONTWAIT, null));
  }

  /** Something to end a {@link poll} with. */
  openWaker(): number {
    return this.#answer(this.#library.symbols.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  }

  wake(waker: number): void {
    this.#library.symbols.write(waker, BigUint64Array.of(1n), 8n);
  }

  clearWaker(waker: number): void {
    this.#library.symbols.read(waker, new BigUint64Array(1), 8n);
  }

  /** Waits on a thread until a descriptor of `pollfds` (8 bytes each) is ready. */
  poll(pollfds: Uint8Array<ArrayBuffer>, timeoutMs: number): Promise<number> {
    return this.#library.symbols.poll(pollfds, BigInt(pollfds.length / 8), timeoutMs);
  }

  close(fd: number): void {
    this.#library.symbols.close(fd);
  }

  /** Releases the C library. */
  unload(): void {
    this.#library.close();
  }

  #answer(result: number): number {
    return result < 0 ? -this.#errno.getInt32() || -1 : result;
  }
}

/** Memory for one `recvmmsg`: headers, where they point to, and how to read what arrived. */
export class ReceiveBatch {
  readonly headers = new Uint8Array(BATCH * MMSGHDR_BYTES);
  readonly #template: Uint8Array;
  readonly #vectors = new Uint8Array(BATCH * IOVEC_BYTES);
  readonly #frames = new Uint8Array(BATCH * FRAME_BYTES);
  readonly #control = new Uint8Array(BATCH * CONTROL_BYTES);
  readonly #headerWords = new Uint32Array(this.headers.buffer);
  readonly #frameWords = new Uint32Array(this.#frames.buffer);
  readonly #controlWords = new Uint32Array(this.#control.buffer);
  /** Set by {@link read}: the identifier with its flag bits. */
  rawId = 0;
  /** Set by {@link read}: data bytes. */
  length = 0;
  /** Set by {@link read}: `MSG_…` bits. */
  flags = 0;
  /** Set by {@link read}: time of arrival, 0 when the kernel gave none. */
  timestampMs = 0;
  /** Set by {@link read}: frames the kernel has dropped on this socket so far; -1 when it did not say. */
  dropped = -1;

  constructor() {
    const address = (bytes: Uint8Array<ArrayBuffer>) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
    const vectors = new DataView(this.#vectors.buffer);
    const headers = new DataView(this.headers.buffer);
    for (let index = 0; index < BATCH; index++) {
      // struct iovec: base, length.
      vectors.setBigUint64(index * IOVEC_BYTES, address(this.#frames) + BigInt(index * FRAME_BYTES), true);
      vectors.setBigUint64(index * IOVEC_BYTES + 8, BigInt(FRAME_BYTES), true);
      // struct mmsghdr: name, namelen, iov, iovlen, control, controllen, flags, then msg_len.
      const at = index * MMSGHDR_BYTES;
      headers.setBigUint64(at + 16, address(this.#vectors) + BigInt(index * IOVEC_BYTES), true);
      headers.setBigUint64(at + 24, 1n, true);
      headers.setBigUint64(at + 32, address(this.#control) + BigInt(index * CONTROL_BYTES), true);
      headers.setBigUint64(at + 40, BigInt(CONTROL_BYTES), true);
    }
    this.#template = this.headers.slice();
  }

  /** The kernel overwrites the control lengths, so each call starts from the template. */
  reset(): void {
    this.headers.set(this.#template);
  }

  /** Reads message `index` into the fields above. */
  read(index: number): void {
    const frame = index * (FRAME_BYTES / 4);
    this.rawId = this.#frameWords[frame]!;
    this.length = Math.min(8, this.#frames[index * FRAME_BYTES + 4]!);
    const header = index * (MMSGHDR_BYTES / 4);
    this.flags = this.#headerWords[header + 12]!;
    this.timestampMs = 0;
    this.dropped = -1;
    // struct cmsghdr: 8 bytes of length, level, type; aligned to 8.
    const words = this.#controlWords;
    let at = index * (CONTROL_BYTES / 4);
    const end = at + this.#headerWords[header + 10]! / 4;
    while (at + 4 <= end) {
      const length = words[at]!;
      if (length < 16) break;
      if (words[at + 2] === SOL_SOCKET && words[at + 3] === SO_TIMESTAMPNS) {
        const seconds = words[at + 4]! + words[at + 5]! * 0x1_0000_0000;
        // Whole microseconds, cut off as candump does, so that recordings of both agree.
        this.timestampMs = seconds * 1000 + Math.floor(words[at + 6]! / 1000) / 1000;
      } else if (words[at + 2] === SOL_SOCKET && words[at + 3] === SO_RXQ_OVFL) {
        this.dropped = words[at + 4]!;
      }
      at += Math.ceil(length / 8) * 2;
    }
  }

  /** A copy of the data of message `index`, of the length that {@link read} found. */
  data(index: number): Uint8Array {
    const at = index * FRAME_BYTES + 8;
    return this.#frames.slice(at, at + this.length);
  }
}
