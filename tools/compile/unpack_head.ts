import { processPermissions, setupCommands, setupPermissions } from "./permissions.ts";
import { blockSize } from "./runtime_parts.ts";
import { runtimeFlags } from "./runtime_flags.ts";
import head from "./unpack_head.sh" with { type: "text" };

/** A part of the payload, unpacked by itself. */
export interface PayloadPart {
  /** Bytes from the beginning of the payload. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** Of a part of the runtime, its place there in blocks; the archive of everything else has none. */
  readonly block?: number;
  /** Of a part that is not compressed, in hexadecimal. */
  readonly md5?: string;
}

/** What the head must know of the payload behind it. */
export interface PayloadFacts {
  readonly version: string;
  /** SHA-256 of the compressed payload, in hexadecimal. */
  readonly sha256: string;
  readonly target: string;
  readonly parts: readonly PayloadPart[];
}

const placeholder = /@([A-Z_]+)@/g;

/**
 * The shell head of a self-unpacking file. Its length is inside it in a fixed width, so that the payload
 * begins right after it.
 */
export function unpackHead(facts: PayloadFacts): Uint8Array {
  const fill = (offset: string) =>
    head.replace(placeholder, (_, name: string) => {
      switch (name) {
        case "VERSION":
          return facts.version;
        case "SHA":
          return facts.sha256;
        case "TARGET":
          return facts.target;
        case "PERMISSIONS":
          return processPermissions.join(" ");
        case "RUNTIME_FLAGS":
          return runtimeFlags.join(" ");
        case "SETUP_COMMANDS":
          return setupCommands.join(" | ");
        case "SETUP_PERMISSIONS":
          return setupPermissions.join(" ");
        case "BLOCK_SIZE":
          return String(blockSize);
        case "PARTS":
          return facts.parts.map(partLine).join("\n");
        case "OFFSET":
          return offset;
        default:
          throw new Error(`Cannot fill the head of the executable: "@${name}@" is unknown`);
      }
    });
  const bytesWith = (offset: string) => new TextEncoder().encode(fill(offset.padEnd(6)));
  return bytesWith(String(bytesWith("").length + 1));
}

function partLine({ start, length, block, md5 }: PayloadPart): string {
  if (block === undefined) return `program ${start} ${length}`;
  return md5 === undefined ? `runtime ${start} ${length} ${block}` : `stored ${start} ${length} ${block} ${md5}`;
}
