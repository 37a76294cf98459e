import { processPermissions, setupCommands, setupPermissions } from "./permissions.ts";
import { runtimeFlags } from "./runtime_flags.ts";
import head from "./unpack_head.sh" with { type: "text" };

/** What the head must know of the payload behind it. */
export interface PayloadFacts {
  readonly version: string;
  /** SHA-256 of the compressed payload, in hexadecimal. */
  readonly sha256: string;
  readonly target: string;
}

const placeholder = /@([A-Z_]+)@/g;

/**
 * The shell head of a self-unpacking file. Its length is inside it as a number of fixed width, so that the payload
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
        case "OFFSET":
          return offset;
        default:
          throw new Error(`Cannot fill the head of the executable: "@${name}@" is unknown`);
      }
    });
  const length = new TextEncoder().encode(fill("000000")).length;
  return new TextEncoder().encode(fill(String(length + 1).padStart(6, "0")));
}
