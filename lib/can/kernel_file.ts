/** As much of the C library as reads a small file. */
const symbols = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** `O_RDONLY | O_CLOEXEC` (asm-generic/fcntl.h). */
const openForReading = 0o2000000;
/** The longest that is read, the list of interfaces, is shorter. */
const mostBytes = 65_536;
/** Where the kernel tells about the machine and its interfaces. */
const telling = /^\/(proc|sys)\/[A-Za-z0-9_./-]+$/;

/**
 * Reads a file in which the kernel states a fact, such as `/proc/loadavg`; undefined: there is none here.
 *
 * The runtime keeps `/proc` and `/sys` for programs that may do everything, which this one may not: it also could start
 * programs then. So the C library reads, and only there.
 */
export function readKernelFile(path: string): string | undefined {
  if (!telling.test(path) || path.includes("..")) return undefined;
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    return error instanceof Deno.errors.NotCapable ? readByLibrary(path) : undefined;
  }
}

function readByLibrary(path: string): string | undefined {
  let library;
  try {
    library = Deno.dlopen("libc.so.6", symbols);
  } catch {
    return undefined;
  }
  try {
    const handle = library.symbols.open(new TextEncoder().encode(`${path}\0`), openForReading);
    if (handle < 0) return undefined;
    const bytes = new Uint8Array(mostBytes);
    const count = Number(library.symbols.read(handle, bytes, BigInt(mostBytes)));
    library.symbols.close(handle);
    return count < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, count));
  } finally {
    library.close();
  }
}
