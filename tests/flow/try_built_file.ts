/**
 * Uses a built file on a bare machine: `deno run -A tests/flow/try_built_file.ts FILE [form]`. Ends with 1 when it is not
 * of the form, or when it does not serve.
 */
import { BareMachine, expect } from "./bare_machine.ts";

const [file = "", form = ""] = Deno.args;
const folder = await Deno.makeTempDir({ prefix: "coachiq-try-" });
try {
  const machine = new BareMachine(folder, [await Deno.realPath(file)]);
  const version = await machine.run("version");
  expect(version.includes(`(${form}`), `it is "${version.trim()}", expected ${form}`);
  const tookMs = await machine.serve();
  console.log(`${version.trim()}: the first page came after ${tookMs.toFixed(0)} ms`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
