/**
 * The least version of glibc that a program for it runs with, such as `2.27`: the newest of the symbol versions that it
 * names.
 *
 * @throws when it names none.
 */
export function neededLibc(program: Uint8Array): string {
  const mark = new TextEncoder().encode("GLIBC_2.");
  const whole = new Uint8Array(program.buffer, program.byteOffset, program.byteLength);
  let newest = -1;
  for (let at = indexOf(whole, mark, 0); at !== -1; at = indexOf(whole, mark, at + 1)) {
    const text = new TextDecoder("latin1").decode(whole.subarray(at + mark.length, at + mark.length + 8));
    // A symbol version ends with a zero byte; anything else is text that happens to look like one.
    const minor = /^(\d{1,2})(?:\.\d+)?\0/.exec(text)?.[1];
    if (minor !== undefined) newest = Math.max(newest, Number(minor));
  }
  if (newest === -1) throw new Error("Cannot tell which glibc the runtime needs: it names no version of it");
  return `2.${newest}`;
}

function indexOf(whole: Uint8Array, mark: Uint8Array, from: number): number {
  const [first = 0] = mark;
  for (let at = whole.indexOf(first, from); at !== -1; at = whole.indexOf(first, at + 1)) {
    if (mark.every((byte, offset) => whole[at + offset] === byte)) return at;
  }
  return -1;
}
