/**
 * Serves a block device that is made of code to a virtual machine, over the network block device protocol on a Unix
 * socket.
 *
 * Source: NetworkBlockDevice/nbd, doc/proto.md (fixed newstyle negotiation, simple replies).
 *
 * @module
 */

/** What a virtual disk does. */
export interface BlockDevice {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
  /** `durable`: on the medium when it returns. */
  write(offset: number, options: { readonly data: Uint8Array; readonly durable: boolean }): void;
  /** Everything that was written is on the medium when it returns. */
  flush(): void;
}

const MAGIC = 0x4e42444d41474943n; // "NBDMAGIC"
const OPTION_MAGIC = 0x49484156454f5054n; // "IHAVEOPT"
const OPTION_REPLY_MAGIC = 0x0003e889045565a9n;
const REQUEST_MAGIC = 0x25609513;
const REPLY_MAGIC = 0x67446698;

const OPTION = { exportName: 1, abort: 2, info: 6, go: 7 } as const;
const OPTION_REPLY = { ack: 1, info: 3, unsupported: 0x80000001 } as const;
const COMMAND = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
const FUA = 1;
/** HAS_FLAGS, SEND_FLUSH, SEND_FUA. */
const EXPORT_FLAGS = 0b1101;
const INVALID = 22;

/** A device that is being served. */
export interface NbdServer {
  /** Takes the disk away from whoever uses it. */
  stop(): Promise<void>;
}

/** Serves the device at `path`, a Unix socket that must not exist yet. */
export function serveNbd(path: string, device: BlockDevice): NbdServer {
  const listener = Deno.listen({ transport: "unix", path });
  const connections = new Set<Deno.UnixConn>();
  const talks: Promise<void>[] = [];
  const accept = async () => {
    for await (const connection of listener) {
      connections.add(connection);
      talks.push(talk(connection, device).finally(() => connections.delete(connection)));
    }
  };
  const accepting = accept();
  return {
    async stop() {
      listener.close();
      for (const connection of connections) connection.close();
      await accepting;
      await Promise.all(talks);
      await Deno.remove(path).catch(() => {});
    },
  };
}

async function talk(connection: Deno.UnixConn, device: BlockDevice): Promise<void> {
  const stream = new Bytes(connection);
  try {
    if (await negotiate(stream, device)) await transmit(stream, device);
  } catch (error) {
    // A machine that lost its power says no goodbye.
    const gone = error instanceof Deno.errors.BadResource || error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.Interrupted ||
      error instanceof EndOfStream;
    if (!gone) throw error;
  } finally {
    try {
      connection.close();
    } catch {
      // The server was stopped and has closed it.
    }
  }
}

/** Agrees on the export. Answers whether the client goes on to use it. */
async function negotiate(stream: Bytes, device: BlockDevice): Promise<boolean> {
  // Fixed newstyle, and no zeros after the export's flags.
  await stream.write(packet(18, (view) => {
    view.setBigUint64(0, MAGIC);
    view.setBigUint64(8, OPTION_MAGIC);
    view.setUint16(16, 3);
  }));
  await stream.read(4);
  for (;;) {
    const head = viewOf(await stream.read(16));
    const option = head.getUint32(8);
    await stream.read(head.getUint32(12));
    const answer = (type: number, data: Uint8Array = new Uint8Array()) =>
      stream.write(packet(20 + data.length, (view, bytes) => {
        view.setBigUint64(0, OPTION_REPLY_MAGIC);
        view.setUint32(8, option);
        view.setUint32(12, type);
        view.setUint32(16, data.length);
        bytes.set(data, 20);
      }));
    if (option === OPTION.exportName) {
      await stream.write(packet(10, (view) => {
        view.setBigUint64(0, BigInt(device.size));
        view.setUint16(8, EXPORT_FLAGS);
      }));
      return true;
    }
    if (option === OPTION.go || option === OPTION.info) {
      await answer(
        OPTION_REPLY.info,
        packet(12, (view) => {
          view.setBigUint64(2, BigInt(device.size));
          view.setUint16(10, EXPORT_FLAGS);
        }),
      );
      await answer(OPTION_REPLY.ack);
      if (option === OPTION.go) return true;
    } else {
      await answer(option === OPTION.abort ? OPTION_REPLY.ack : OPTION_REPLY.unsupported);
      if (option === OPTION.abort) return false;
    }
  }
}

async function transmit(stream: Bytes, device: BlockDevice): Promise<void> {
  for (;;) {
    const head = await stream.read(28);
    const view = viewOf(head);
    if (view.getUint32(0) !== REQUEST_MAGIC) throw new Error("Cannot serve a disk: the client sent no request");
    const flags = view.getUint16(4);
    const command = view.getUint16(6);
    const offset = Number(view.getBigUint64(16));
    const length = view.getUint32(24);
    if (command === COMMAND.disconnect) return;
    const reply = packet(16, (answer, bytes) => {
      answer.setUint32(0, REPLY_MAGIC);
      bytes.set(head.subarray(8, 16), 8);
    });
    if (command === COMMAND.read) {
      await stream.write(reply);
      await stream.write(device.read(offset, length));
      continue;
    }
    if (command === COMMAND.write) {
      device.write(offset, { data: await stream.read(length), durable: (flags & FUA) !== 0 });
    } else if (command === COMMAND.flush) device.flush();
    else viewOf(reply).setUint32(4, INVALID);
    await stream.write(reply);
  }
}

class EndOfStream extends Error {}

/** Reads and writes exact numbers of bytes. */
class Bytes {
  readonly #connection: Deno.UnixConn;
  #buffer = new Uint8Array();

  constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
  }

  /** A copy of its own. @throws {EndOfStream} */
  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const result = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#buffer.length === 0) {
        const chunk = new Uint8Array(262_144);
        const got = await this.#connection.read(chunk);
        if (got === null) throw new EndOfStream("the client is gone");
        this.#buffer = chunk.subarray(0, got);
      }
      const part = this.#buffer.subarray(0, length - filled);
      result.set(part, filled);
      filled += part.length;
      this.#buffer = this.#buffer.subarray(part.length);
    }
    return result;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function packet(length: number, fill: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(viewOf(bytes), bytes);
  return bytes;
}
