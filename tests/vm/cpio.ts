/** One entry of an initramfs. */
export interface CpioEntry {
  /** Path inside the archive, without a leading slash. */
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "charDevice";
  /** Permission bits, e.g. 0o755. */
  readonly mode: number;
  /** Content of a file, target of a symbolic link. */
  readonly content?: Uint8Array;
  /** Device number `[major, minor]`. */
  readonly device?: readonly [number, number];
}

const TYPE_BITS = { file: 0o100000, directory: 0o040000, symlink: 0o120000, charDevice: 0o020000 } as const;

const EMPTY = new Uint8Array();

/**
 * Writes entries in the `newc` form that the kernel unpacks at boot. Archives may be concatenated: each is padded to
 * 512 bytes and the kernel skips the zeros between them.
 *
 * Source: kernel, Documentation/driver-api/early-userspace/buffer-format.rst.
 */
export class CpioWriter {
  readonly #chunks: Uint8Array[] = [];
  readonly #directories = new Set<string>();
  #length = 0;
  #inode = 1;

  /** Adds an entry, and the folders above it that are not there yet. */
  add(entry: CpioEntry): void {
    const parent = entry.path.includes("/") ? entry.path.slice(0, entry.path.lastIndexOf("/")) : "";
    if (parent !== "" && !this.#directories.has(parent)) this.add({ path: parent, kind: "directory", mode: 0o755 });
    if (entry.kind === "directory") {
      if (this.#directories.has(entry.path)) return;
      this.#directories.add(entry.path);
    }
    this.#write(entry);
  }

  /** The whole archive in pieces, trailer and padding included. */
  finish(): readonly Uint8Array[] {
    this.#write({ path: "TRAILER!!!", kind: "file", mode: 0 });
    this.#push(new Uint8Array((512 - (this.#length % 512)) % 512));
    return this.#chunks;
  }

  #write(entry: CpioEntry): void {
    const name = new TextEncoder().encode(`${entry.path}\0`);
    const content = entry.content ?? EMPTY;
    const [major, minor] = entry.device ?? [0, 0];
    const mode = entry.path === "TRAILER!!!" ? 0 : TYPE_BITS[entry.kind] | entry.mode;
    const fields = [this.#inode++, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0];
    const header = "070701" + fields.map((field) => field.toString(16).padStart(8, "0")).join("");
    this.#push(new TextEncoder().encode(header));
    this.#push(name);
    this.#pad();
    this.#push(content);
    this.#pad();
  }

  #pad(): void {
    this.#push(new Uint8Array((4 - (this.#length % 4)) % 4));
  }

  #push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }
}
