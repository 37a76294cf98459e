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
  while (clock.pending === 0 || !log.includes("stop a")) {
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
