/**
 * Uses a built file where little is given: no home, no terminal, closed streams. The namespaces, with no network but
 * loopback and every file system read-only but one small tmpfs, are made before. Arguments: the file, and the tmpfs.
 */
import { BareMachine, expect } from "./bare_machine.ts";

const [file = "", folder = ""] = Deno.args;

function isReadOnly(path: string): boolean {
  try {
    Deno.writeTextFileSync(path, "");
    return false;
  } catch (error) {
    return error instanceof Error && /Read-only|os error 30/.test(error.message);
  }
}

expect(isReadOnly("/written"), "the root could be written");
const machine = new BareMachine(folder, ["setsid", "--wait", file]);
console.log(await machine.run("version"));
await machine.serve();
for (const closed of ["<&-", ">&-", "<&- >&-", "<&- >&- 2>&-"]) {
  const shell = new BareMachine(folder, ["sh", "-c", `"$@" ${closed}`, "sh", file]);
  await shell.run("version");
  await shell.run("decode", "/dev/null");
}
