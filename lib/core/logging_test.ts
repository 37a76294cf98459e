import assert from "node:assert/strict";
import type { LogLevel } from "./log_book.ts";
import { startLogging } from "./logging.ts";
import { hidden, Redactor } from "./redactor.ts";

Deno.test("startLogging() writes one line per event, with its level, part and fields", async () => {
  const lines: string[] = [];
  const log = await startLogging({ level: "info", write: (line) => lines.push(line) });
  log.logger.info("Started", { can: "can0", frames: 3 });
  log.of("store").warn("Slow {disk}\nsecond line", { error: new Error("late\nagain") });
  log.of("store").debug("not wanted");
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z info Started can="can0" frames=3$/);
  assert.match(lines[1] ?? "", /Z warning store: Slow \{disk\} second line error="late\\nagain"$/);
  assert.deepEqual(log.book.list({ limit: 10 }).map(({ number, area, level }) => [number, area, level]), [
    [1, "program", "info"],
    [2, "store", "warning"],
  ]);
  await log.stop();
});

Deno.test("startLogging() gives the journal its own priorities and leaves the time to it", async () => {
  const lines: string[] = [];
  const log = await startLogging({ level: "debug", form: "journal", write: (line) => lines.push(line) });
  log.of("hub").error("Lost");
  log.logger.warn("Late");
  log.logger.info("There");
  log.logger.debug("Detail");
  assert.deepEqual(lines, ["<3>hub: Lost", "<4>Late", "<6>There", "<7>Detail"]);
  await log.stop();
});

Deno.test("Logging.setLevels() changes what is written at once, also for single parts", async () => {
  const lines: string[] = [];
  const log = await startLogging({ level: "error", write: (line) => lines.push(line) });
  const say = () => {
    log.of("hub").debug("hub");
    log.of("store").info("store");
  };
  say();
  log.setLevels({ level: "info", areas: { hub: "debug" } });
  say();
  log.setLevels({ level: "info" });
  say();
  assert.deepEqual(lines.map((line) => line.split(" ").at(-1)), ["hub", "store", "store"]);
  await log.stop();
});

Deno.test("startLogging() keeps a file within its size and sets a few aside", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/coachiq.log`;
  const log = await startLogging({ level: "info", write() {} });
  log.writeTo({ path, maxBytes: 2000, keepFiles: 2 });
  for (let i = 0; i < 100; i++) log.logger.info(`event number ${i}`);
  log.logger.debug("not wanted");
  await log.stop();
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["coachiq.log", "coachiq.log.1", "coachiq.log.2"]);
  for (const name of names) assert.ok(Deno.statSync(`${folder}/${name}`).size <= 2100, name);
  assert.match(Deno.readTextFileSync(path), /info event number 99\n$/);
  assert.ok(!Deno.readTextFileSync(path).includes("not wanted"));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("LogBook filters by level, part, text and number, and is bounded", async () => {
  const log = await startLogging({ level: "debug", write() {} });
  for (let i = 0; i < 2100; i++) log.of(i % 2 ? "hub" : "store").info(`event ${i}`, { extra: `Field${i}` });
  log.of("hub").error("last");
  const seen: number[] = [];
  const unsubscribe = log.book.subscribe(({ number }) => seen.push(number));
  log.logger.info("told");
  unsubscribe();
  log.logger.info("not told");
  const { book } = log;
  assert.equal(book.list({ limit: 9999 }).length, 2000);
  assert.deepEqual(book.list({ limit: 5, levels: ["error"] }).map(({ text }) => text), ["last"]);
  assert.equal(book.list({ limit: 3, area: "store" }).at(-1)?.text, "event 2098");
  assert.deepEqual(book.list({ limit: 9, search: "field2099" }).map(({ text }) => text), ["event 2099"]);
  assert.equal(book.list({ limit: 9, after: 2102 }).length, 1);
  assert.deepEqual(seen, [2102]);
  await log.stop();
});

Deno.test("no secret leaves by any way of the log, wherever it was planted", async () => {
  const redactor = new Redactor();
  const secret = "hunter2-correct-horse";
  redactor.hide(secret);
  redactor.hide("abc");
  const folder = await Deno.makeTempDir();
  const lines: string[] = [];
  const log = await startLogging({
    level: "debug",
    write: (line) => lines.push(line),
    redactor,
  });
  log.writeTo({ path: `${folder}/log`, maxBytes: 1e6, keepFiles: 2 });
  const token = "ciq_0123456789abcdefghij";
  const levels = { debug: "debug", info: "info", warning: "warn", error: "error" } as const satisfies Record<
    LogLevel,
    string
  >;
  for (const level of Object.values(levels)) {
    log.logger[level](`signed in with ${secret}`, { error: new Error(`wrong ${secret}`), note: token });
    log.of("http")[level](`Authorization: Bearer ${token}.x.y`, {
      headers: { cookie: "session=1234567890", authorization: "Basic dXNlcjpwYXNz" },
      deep: { list: [{ password: "p4ss", pin: 1234 }, secret] },
      smtpPassword: "p4ss",
      refreshToken: "t0ken",
      jwt_secret: "s3cret",
      empty: null,
    });
  }
  await log.stop();
  const everything = [
    ...lines,
    Deno.readTextFileSync(`${folder}/log`),
    JSON.stringify(log.book.list({ limit: 100 })),
  ].join("\n");
  for (const planted of [secret, token, "1234567890", "dXNlcjpwYXNz", "p4ss", "1234,", "t0ken", "s3cret"]) {
    assert.ok(!everything.includes(planted), planted);
  }
  assert.equal(lines.length, 8);
  assert.ok(everything.includes(`signed in with ${hidden}`));
  assert.equal(redactor.text("abc is too short to be hidden"), "abc is too short to be hidden");
  assert.equal(JSON.stringify(redactor.value("a", { b: { c: { d: { e: { f: { g: 1 } } } } } })).includes(hidden), true);
  await Deno.remove(folder, { recursive: true });
});
