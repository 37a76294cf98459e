/** Largest memory page of Linux on arm64, bytes. Raspberry Pi OS on a Raspberry Pi 5 has pages of 16 KiB. */
const pageBytes = 0x10000;

const programHeaderBytes = 56;
const sectionHeaderBytes = 64;
const loadType = 1;
/** The section is in memory when the program runs. */
const allocated = 2n;

/** A segment that is mapped into memory, and where its header is in the file. */
interface Segment {
  readonly header: number;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
}

/**
 * Gives what `deno compile` appended to its base runtime pages of its own. It puts that on the next page of 4 KiB; where
 * pages are larger, the last page of the program's variables is then covered by it, and the program ends with a
 * segmentation fault before its first line. The appended part, program headers and embedded files, is moved to the next
 * boundary that all kernels respect; everything that says where it is, is told.
 *
 * @param program a 64-bit little-endian ELF file.
 * @returns the same bytes when nothing has to move.
 * @throws when the file is not as `deno compile` writes it.
 */
export function separatePages(program: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const segments = readSegments(program);
  const headersAt = readNumber(program, 0x20);
  const loaded = segments.filter(({ type }) => type === loadType);
  const appended = loaded.find(({ offset, fileBytes }) => headersAt >= offset && headersAt < offset + fileBytes);
  const others = loaded.filter((segment) => segment !== appended);
  const end = roundUp(Math.max(...others.map(({ address, memoryBytes }) => address + memoryBytes)));
  if (appended === undefined || others.length === 0 || others.some(({ address }) => address >= appended.address)) {
    throw new Error("Cannot lay out the compiled program: its appended part is not where it was expected, at the end");
  }
  if (Math.floor(appended.address / pageBytes) * pageBytes >= end) return program;
  if ((appended.address - appended.offset) % pageBytes !== 0) {
    throw new Error("Cannot lay out the compiled program: file and memory do not go in step");
  }
  const at = appended.offset;
  const by = end - appended.address;
  const moved = new Uint8Array(program.length + by);
  moved.set(program.subarray(0, at));
  moved.set(program.subarray(at), at + by);
  tellSegments(moved, { segments, at, by });
  tellSections(moved, { at, by, address: appended.address });
  return moved;
}

interface Move {
  /** Offset in the old file of what moved. */
  readonly at: number;
  /** Bytes. */
  readonly by: number;
}

function tellSegments(moved: Uint8Array<ArrayBuffer>, { segments, at, by }: Move & { segments: readonly Segment[] }) {
  writeNumber(moved, 0x20, readNumber(moved, 0x20) + by);
  for (const { header, type, offset, address } of segments) {
    if (offset < at) continue;
    const place = header + by;
    writeNumber(moved, place + 8, offset + by);
    writeNumber(moved, place + 16, address + by);
    writeNumber(moved, place + 24, address + by);
    if (type === loadType) writeNumber(moved, place + 48, pageBytes);
  }
}

/** The program runs without its section headers; tools that look at it do not. */
function tellSections(moved: Uint8Array<ArrayBuffer>, { at, by, address }: Move & { readonly address: number }): void {
  const view = viewOf(moved);
  let table = readNumber(moved, 0x28);
  if (table === 0) return;
  if (table >= at) writeNumber(moved, 0x28, table += by);
  for (let index = 0; index < view.getUint16(0x3c, true); index++) {
    const place = table + index * sectionHeaderBytes;
    const offset = readNumber(moved, place + 24);
    if (offset < at) continue;
    writeNumber(moved, place + 24, offset + by);
    const isInMemory = (view.getBigUint64(place + 8, true) & allocated) !== 0n;
    const there = readNumber(moved, place + 16);
    if (isInMemory && there >= address) writeNumber(moved, place + 16, there + by);
  }
}

function readSegments(program: Uint8Array<ArrayBuffer>): readonly Segment[] {
  const view = viewOf(program);
  const isElf = program.length > 64 && view.getUint32(0, false) === 0x7f454c46 && program[4] === 2 && program[5] === 1;
  if (!isElf || view.getUint16(0x36, true) !== programHeaderBytes) {
    throw new Error("Cannot lay out the compiled program: it is no ELF file of 64 bits, little-endian");
  }
  return Array.from({ length: view.getUint16(0x38, true) }, (_, index) => {
    const header = readNumber(program, 0x20) + index * programHeaderBytes;
    return {
      header,
      type: view.getUint32(header, true),
      offset: readNumber(program, header + 8),
      address: readNumber(program, header + 16),
      fileBytes: readNumber(program, header + 32),
      memoryBytes: readNumber(program, header + 40),
    };
  });
}

function roundUp(address: number): number {
  return Math.ceil(address / pageBytes) * pageBytes;
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readNumber(bytes: Uint8Array<ArrayBuffer>, at: number): number {
  return Number(viewOf(bytes).getBigUint64(at, true));
}

function writeNumber(bytes: Uint8Array<ArrayBuffer>, at: number, value: number): void {
  viewOf(bytes).setBigUint64(at, BigInt(value), true);
}
