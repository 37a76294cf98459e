import assert from "node:assert/strict";
import { CpioWriter } from "./cpio.ts";

Deno.test("CpioWriter writes newc headers, adds the folders above, and ends on a whole block", () => {
  const cpio = new CpioWriter();
  const content = new TextEncoder().encode("hello");
  cpio.add({ path: "a/b/file", kind: "file", mode: 0o755, content });
  cpio.add({ path: "a/link", kind: "symlink", mode: 0o777, content });
  const chunks = cpio.finish();
  const text = chunks.map((chunk) => new TextDecoder("latin1").decode(chunk)).join("");
  assert.equal(text.length % 512, 0);
  const names: string[] = [];
  for (let at = 0; text.startsWith("070701", at);) {
    const field = (index: number) => parseInt(text.slice(at + 6 + index * 8, at + 14 + index * 8), 16);
    const nameEnd = at + 110 + field(11);
    names.push(`${text.slice(at + 110, nameEnd - 1)} ${field(1).toString(8)} ${field(6)}`);
    at = Math.ceil((Math.ceil(nameEnd / 4) * 4 + field(6)) / 4) * 4;
  }
  assert.deepEqual(names, ["a 40755 0", "a/b 40755 0", "a/b/file 100755 5", "a/link 120777 5", "TRAILER!!! 0 0"]);
});
