import type { CandumpLine } from "../can/mod.ts";
import { type Codec, type Decoded, dgnOfId, Transport } from "../protocol/mod.ts";

const connectionDgn = 0x0ec00;
const dataDgn = 0x0eb00;
/** Interfaces of one log whose long messages are put together. */
const maxInterfaces = 16;

/** Puts long messages of a log together, per interface, by the log's own times. */
export class LongMessages {
  readonly #codec: Codec;
  readonly #transports = new Map<string, Transport>();
  #lastMs = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** Whether the frame is a packet of a long message. */
  static isPacket(id: number): boolean {
    const dgn = dgnOfId(id);
    return dgn === dataDgn || dgn === connectionDgn;
  }

  /** Takes a packet; answers the message it completed. */
  onPacket(line: CandumpLine): Decoded | undefined {
    let transport = this.#transports.get(line.interfaceName);
    if (!transport) {
      if (this.#transports.size >= maxInterfaces) this.#transports.clear();
      transport = new Transport();
      this.#transports.set(line.interfaceName, transport);
    }
    if (!Number.isNaN(line.timestampMs)) this.#lastMs = line.timestampMs;
    transport.tick(this.#lastMs);
    const frame = { id: line.id, data: line.data.slice(0, line.length) };
    for (const event of transport.onFrame(frame, this.#lastMs).events) {
      if (event.kind === "message") return this.#codec.decodeLong(event.address, event.data);
    }
    return undefined;
  }
}
