import assert from "node:assert/strict";
import { ManualClock, silentLogger } from "../base/mod.ts";
import { type CoreService, CoreServices } from "./core_services.ts";

function service(name: string, log: string[], options: Partial<CoreService> = {}): CoreService {
  return {
    name,
    start: () => Promise.resolve(void log.push(`start ${name}`)),
    stop: () => Promise.resolve(void log.push(`stop ${name}`)),
    problems: () => [],
    ...options,
  };
}

const parts = () => ({ logger: silentLogger, clock: new ManualClock() });

Deno.test("CoreServices starts in order and stops in reverse", async () => {
  const log: string[] = [];
  const services = new CoreServices([service("a", log), service("b", log)], parts());
  await services.start();
  await services.stop();
  await services.stop();
  assert.deepEqual(log, ["start a", "start b", "stop b", "stop a"]);
});

Deno.test("CoreServices stops what had started when a later one fails, and throws its error", async () => {
  const log: string[] = [];
  const broken = service("b", log, { start: () => Promise.reject(new Error("no disk")) });
  const services = new CoreServices([service("a", log), broken, service("c", log)], parts());
  await assert.rejects(services.start(), /no disk/);
  assert.deepEqual(log, ["start a", "stop a"]);
});

Deno.test("CoreServices leaves a service behind that fails or hangs while stopping", async () => {
  const log: string[] = [];
  const clock = new ManualClock();
  const hanging = service("b", log, { stop: () => new Promise(() => {}) });
  const failing = service("c", log, { stop: () => Promise.reject(new Error("stuck")) });
  const services = new CoreServices([service("a", log), hanging, failing], { logger: silentLogger, clock });
  await services.start();
  const stopped = services.stop();
  while (!log.includes("stop a")) {
    await Promise.resolve();
    clock.advance(1000);
  }
  await stopped;
  assert.deepEqual(log, ["start a", "start b", "start c", "stop a"].filter((line) => log.includes(line)));
  assert.ok(log.includes("stop a"));
});

Deno.test("CoreServices.problems() collects what each running service says", async () => {
  const problem = { what: "can0 is down", todo: "Bring it up." };
  const services = new CoreServices([service("a", [], { problems: () => [problem] })], parts());
  assert.deepEqual(services.problems(), []);
  await services.start();
  assert.deepEqual(services.problems(), [problem]);
});

/** Lets everything that is ready go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("CoreServices limits the time of a start, and stops what comes too late", async () => {
  const log: string[] = [];
  const clock = new ManualClock();
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = service("hub", log, { start: () => promise, startLimitMs: 500 });
  const services = new CoreServices([service("a", log), slow], { logger: silentLogger, clock });
  const started = services.start();
  await settle();
  clock.advance(500);
  await assert.rejects(started, { message: 'Cannot start the core service "hub": it took more than 500 ms' });
  resolve();
  await settle();
  assert.deepEqual(log, ["start a", "stop a", "stop hub"]);
  assert.equal(clock.pending, 0);
});

Deno.test("CoreServices goes to the safe state when a service fails later, and leaves it when it is back", async () => {
  const log: string[] = [];
  const safe: (string | undefined)[] = [];
  const clock = new ManualClock();
  let fail: ((error: unknown) => void) | undefined;
  let broken = false;
  const hub = service("hub", log, {
    start: () => broken ? Promise.reject(new Error("no bus")) : Promise.resolve(void log.push("start hub")),
    onFailure: (report) => fail = report,
  });
  const services = new CoreServices([service("a", log), hub], {
    logger: silentLogger,
    clock,
    onSafeState: (reason) => safe.push(reason),
  });
  await services.start();
  broken = true;
  fail?.(new Error("The poller died."));
  fail?.(new Error("Said twice."));
  await settle();
  assert.equal(safe.length, 1);
  assert.match(safe[0] ?? "", /\(hub\): The poller died\.$/);
  assert.match(services.problems()[0]?.what ?? "", /The poller died/);
  clock.advance(1000);
  await settle();
  assert.deepEqual(services.views().map(({ state, restarts }) => [state, restarts]), [["up", 0], ["failed", 1]]);
  broken = false;
  clock.advance(1999);
  await settle();
  assert.equal(services.views()[1]?.state, "failed");
  clock.advance(1);
  await settle();
  assert.deepEqual(services.views()[1], { name: "hub", state: "up", restarts: 2 });
  assert.equal(safe.at(-1), undefined);
  assert.deepEqual(services.problems(), []);
  assert.deepEqual(log, ["start a", "start hub", "stop hub", "start hub"]);
  await services.stop();
  fail?.(new Error("After the end."));
  assert.equal(clock.pending, 0);
  assert.deepEqual(services.views().map(({ state }) => state), ["stopped", "stopped"]);
});

Deno.test("CoreServices.stop() ends the wait for another start", async () => {
  const clock = new ManualClock();
  let fail: ((error: unknown) => void) | undefined;
  const services = new CoreServices([service("a", [], { onFailure: (report) => fail = report })], {
    logger: silentLogger,
    clock,
  });
  await services.start();
  fail?.("a text");
  await settle();
  assert.equal(services.views()[0]?.reason, "a text");
  assert.equal(clock.pending, 1);
  await services.stop();
  assert.equal(clock.pending, 0);
});

Deno.test("CoreServices takes a failure that is reported during the start for a failed start", async () => {
  const log: string[] = [];
  let fail: ((error: unknown) => void) | undefined;
  const early = service("hub", log, {
    start: () => Promise.resolve(fail?.(new Error("The poller died at once."))),
    onFailure: (report) => fail = report,
  });
  const services = new CoreServices([service("a", log), early], parts());
  await assert.rejects(services.start(), /died at once/);
  assert.deepEqual(log, ["start a", "stop hub", "stop a"]);
});

Deno.test("CoreServices hands a failure that only a new program mends to whoever runs the program", async () => {
  const log: string[] = [];
  const lost: unknown[] = [];
  const safe: (string | undefined)[] = [];
  const clock = new ManualClock();
  let fail: ((error: unknown) => void) | undefined;
  const storage = service("storage", log, { restarts: "program", onFailure: (report) => fail = report });
  const services = new CoreServices([storage, service("b", log)], {
    logger: silentLogger,
    clock,
    onSafeState: (reason) => safe.push(reason),
    onLost: (error) => lost.push(error),
  });
  await services.start();
  const damaged = new Error("The file is damaged.");
  fail?.(damaged);
  fail?.(new Error("Said twice."));
  await settle();
  assert.deepEqual(lost, [damaged]);
  assert.match(safe[0] ?? "", /\(storage\): The file is damaged\.$/);
  assert.equal(clock.pending, 0, "no restart is planned");
  assert.deepEqual(log, ["start storage", "start b"]);
  await services.stop();
  assert.deepEqual(log, ["start storage", "start b", "stop b", "stop storage"], "it is stopped with the others");
});

Deno.test("CoreServices.stop() leaves a restart behind that hangs, and ends one that comes late", async () => {
  const log: string[] = [];
  const clock = new ManualClock();
  const { promise, resolve } = Promise.withResolvers<void>();
  let fail: ((error: unknown) => void) | undefined;
  let starts = 0;
  const hub = service("hub", log, {
    start: () => starts++ === 0 ? Promise.resolve() : promise,
    onFailure: (report) => fail = report,
  });
  const services = new CoreServices([service("a", log), hub], { logger: silentLogger, clock });
  await services.start();
  fail?.(new Error("gone"));
  await settle();
  clock.advance(1000);
  await settle();
  const stopped = services.stop();
  await settle();
  clock.advance(500);
  await stopped;
  assert.deepEqual(log, ["start a", "stop hub", "stop a"]);
  resolve();
  await settle();
  assert.deepEqual(log, ["start a", "stop hub", "stop a", "stop hub"]);
});

Deno.test("CoreServices gives a part that hangs half a second to stop, and one that asks for it more", async () => {
  const clock = new ManualClock();
  const hanging = { stop: () => new Promise<void>(() => {}) };
  const storage = service("storage", [], { ...hanging, stopLimitMs: 2000 });
  const services = new CoreServices([storage, service("hub", [], hanging)], { logger: silentLogger, clock });
  await services.start();
  let isStopped = false;
  const stopped = services.stop().then(() => isStopped = true);
  await settle();
  clock.advance(500);
  await settle();
  clock.advance(1999);
  await settle();
  assert.equal(isStopped, false);
  clock.advance(1);
  await stopped;
});
