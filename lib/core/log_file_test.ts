import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { LogFile } from "./log_file.ts";
import { startLogging } from "./logging.ts";

async function inFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("LogFile goes on in the file that is there, and counts what it holds", () =>
  inFolder((folder) => {
    const path = `${folder}/deep/er/coachiq.log`;
    for (const line of ["first", "second"]) {
      const file = new LogFile({ path, maxBytes: 14, keepFiles: 1, clock: new ManualClock() });
      file.start();
      file.write(line);
      file.stop();
    }
    assert.equal(Deno.readTextFileSync(path), "first\nsecond\n");
    const file = new LogFile({ path, maxBytes: 14, keepFiles: 1, clock: new ManualClock() });
    file.write("third");
    file.stop();
    assert.equal(Deno.readTextFileSync(path), "third\n");
    assert.equal(Deno.readTextFileSync(`${path}.1`), "first\nsecond\n");
    assert.equal((Deno.statSync(path).mode ?? 0) & 0o007, 0, "it is no business of every user of the machine");
  }));

Deno.test("LogFile keeps so many files, a line longer than a file whole in its own", () =>
  inFolder((folder) => {
    const path = `${folder}/coachiq.log`;
    const file = new LogFile({ path, maxBytes: 10, keepFiles: 3, clock: new ManualClock() });
    for (const line of ["1".repeat(30), "2", "3333333333", "4", "5555555555", "6"]) file.write(line);
    file.stop();
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["coachiq.log", "coachiq.log.1", "coachiq.log.2", "coachiq.log.3"]);
    assert.deepEqual(names.map((name) => Deno.readTextFileSync(`${folder}/${name}`)), [
      "6\n",
      "5555555555\n",
      "4\n",
      "3333333333\n",
    ]);
  }));

Deno.test("LogFile tells once that it cannot be written, tries again after a minute, and is well again then", () =>
  inFolder((folder) => {
    const clock = new ManualClock();
    const told: string[] = [];
    Deno.writeTextFileSync(`${folder}/logs`, "a file where the folder should be");
    const path = `${folder}/logs/coachiq.log`;
    const file = new LogFile({
      path,
      maxBytes: 1000,
      keepFiles: 1,
      clock,
      onProblem: (problem) => void told.push(problem),
    });
    file.start();
    for (let i = 0; i < 20; i++) file.write("lost");
    assert.equal(told.length, 1);
    assert.match(file.problem?.what ?? "", /coachiq\.log" cannot be written: /);
    Deno.removeSync(`${folder}/logs`);
    file.write("lost as well: it is not tried at every line");
    assert.ok(file.problem);
    clock.advance(60_000);
    file.write("kept");
    assert.equal(file.problem, undefined);
    assert.equal(Deno.readTextFileSync(path), "kept\n");
    file.stop();
  }));

Deno.test("Logging.writeTo() warns once of a place that cannot be written, and says so among its problems", async () => {
  const lines: string[] = [];
  const log = await startLogging({ level: "info", write: (line) => void lines.push(line) });
  log.writeTo({ path: "/proc/coachiq/coachiq.log", maxBytes: 1000, keepFiles: 1 });
  for (let i = 0; i < 5; i++) log.logger.info(`event ${i}`);
  assert.equal(lines.filter((line) => line.includes("The log file cannot be written")).length, 1);
  assert.equal(lines.length, 6, "the log itself goes on");
  assert.match(log.problems()[0]?.what ?? "", /"\/proc\/coachiq\/coachiq\.log" cannot be written/);
  await log.stop();
});
