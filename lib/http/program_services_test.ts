import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { checkMetrics, prometheusTest } from "../../tests/fixtures/prometheus.ts";
import { type RunningProgram, runningProgram } from "../../tests/fixtures/running_program.ts";
import type { AlertView, AuditView, DetailedHealthView, FeatureView, LogEntryView } from "../wire/mod.ts";
import { machineAt } from "./principal.ts";

const host = "127.0.0.1:8080";

/** The site over a program that runs. */
function site({ services, system, bench }: RunningProgram) {
  const app = testApp({ services, system });
  const ask = async (path: string, json?: unknown, method = json === undefined ? "GET" : "POST") =>
    await app.fetch(
      new Request(`http://${host}${path}`, {
        method,
        headers: { host, ...(json === undefined ? {} : { "content-type": "application/json" }) },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
      { remoteAddress: "192.168.8.21" },
    );
  return {
    ask,
    async json<T>(...asked: Parameters<typeof ask>): Promise<T> {
      const response = await ask(...asked);
      const body = await response.json();
      strictEqual(response.status, 200, JSON.stringify(body));
      return body;
    },
    /** Lets the coach's time pass until the answer is there. */
    async meanwhile<T>(work: Promise<T>): Promise<T> {
      let isDone = false;
      void work.finally(() => isDone = true);
      while (!isDone) {
        bench.clock.advance(100);
        await new Promise((resolve) => setTimeout(resolve));
      }
      return await work;
    },
  };
}

Deno.test("ProgramServices tells the health of a program that runs, every part of it", () =>
  runningProgram(async (program) => {
    const { json } = site(program);
    const { details, status } = await json<DetailedHealthView>("/health");
    ok(details);
    strictEqual(status, "ok");
    strictEqual(details.uptimeS, 20);
    deepStrictEqual(details.core, [{ name: "hub", state: "up", restarts: 0 }]);
    deepStrictEqual(details.features.map(({ name }) => name), ["mqtt", "firefly", "j1939"]);
    strictEqual(details.database.schema, details.database.target);
    strictEqual(details.database.isPaused, false);
    const [bus] = details.buses;
    strictEqual(bus?.name, "can0");
    strictEqual(bus.link, "up");
    ok((bus.lastFrameAgeS ?? Infinity) < 2 && /^[0-9A-F]{2}$/.test(bus.sourceAddress ?? ""));
    ok(details.entities.live > 10);
    ok(details.machine.diskFreeBytes > 0 && details.machine.memoryBytes > 1e6 && details.machine.clockIsRight);
    deepStrictEqual(details.sockets, { clients: 3, behind: 1 });
  }));

Deno.test("ProgramServices switches a feature, keeps it in the record, and refuses what it cannot switch", () =>
  runningProgram(async (program) => {
    const { ask, json } = site(program);
    const on = await json<FeatureView>("/api/features/mqtt", { enabled: true }, "PUT");
    deepStrictEqual([on.enabled, on.state], [true, "running"]);
    ok(Deno.readTextFileSync(`${program.storage.dataDir}/user/config-overrides.toml`).includes("mqtt"));
    const firefly = await json<FeatureView>("/api/features/firefly", { enabled: true }, "PUT");
    strictEqual(firefly.state, "failed");
    match(firefly.reason ?? "", /there is no Firefly here/);
    const refused = await ask("/api/features/j1939", { enabled: false }, "PUT");
    strictEqual(refused.status, 409);
    match((await refused.json()).detail, /set features\.j1939\.enabled, and restart/);
    const unknown = await ask("/api/features/warp", { enabled: true }, "PUT");
    match((await unknown.json()).detail, /expected one of mqtt, firefly, j1939/);
    const record = await json<AuditView[]>("/api/safety/audit?action=configuration");
    deepStrictEqual(record.map(({ actor, address, what, outcome }) => [actor, address, what, outcome]), [
      ["192.168.8.21", "192.168.8.21", "Feature warp: on", "refused"],
      ["192.168.8.21", "192.168.8.21", "Feature J1939: off", "refused"],
      ["192.168.8.21", "192.168.8.21", "Feature Firefly: on", "done"],
      ["192.168.8.21", "192.168.8.21", "Feature MQTT: on", "done"],
    ]);
    const earlier = await json<AuditView[]>(`/api/safety/audit?before=${record[2]?.id}`);
    deepStrictEqual(earlier.map(({ id }) => id), [record[3]?.id]);
    const off = await json<FeatureView>("/api/features/mqtt", { enabled: false }, "PUT");
    deepStrictEqual([off.enabled, off.state], [false, "off"]);
  }));

Deno.test("ProgramServices switches lights off and stops what moves, for a guest its own lights alone", () =>
  runningProgram(async (program) => {
    const { json, meanwhile } = site(program);
    const { hub } = program.bench;
    const lights = hub.entities().filter(({ definition: { kind } }) => kind === "light");
    const all = await meanwhile(json<{ done: number }>("/api/safety/stop", { what: "lights" }));
    deepStrictEqual(all, { done: lights.length, failed: [] });
    const moved = await meanwhile(json<{ done: number; failed: string[] }>("/api/safety/stop", { what: "motion" }));
    ok(moved.done + moved.failed.length > 0);
    const guest = {
      ...machineAt("guest"),
      role: "guest",
      entities: new Set([lights[0]?.definition.id ?? ""]),
    } as const;
    strictEqual((await meanwhile(program.system.stopEverything("lights", guest))).done, 1);
    const safety = await json<{ driving: string; interlocks: unknown[] }>("/api/safety");
    strictEqual(safety.driving, "parked");
    ok(safety.interlocks.length > 10);
  }));

Deno.test("ProgramServices tells alerts, the log without secrets, and a bundle without either", () =>
  runningProgram(async (program) => {
    const { ask, json } = site(program);
    const { alerts, logging, lines } = program;
    alerts.raise({ id: "can.can1", priority: 2, what: "Interface can1 is down.", todo: "Check its plug." });
    alerts.raise({ id: "clock", priority: 3, what: "The clock is wrong.", todo: "Set it." });
    alerts.clear("clock");
    const now = await json<AlertView[]>("/api/safety/alerts");
    deepStrictEqual(now.map(({ id, priority, clearedAt }) => [id, priority, clearedAt]), [["can.can1", 2, null]]);
    const all = await json<AlertView[]>("/api/safety/alerts?cleared=true");
    deepStrictEqual(new Set(all.map(({ id }) => id)), new Set(["can.can1", "clock"]));

    logging.redactor.hide("hunter2-hunter2");
    const quiet = logging.of("can");
    quiet.debug("not wanted yet");
    logging.of("mqtt").warn("Signed in with hunter2-hunter2", { password: "x", host: "mqtt.lan" });
    await json("/api/system/log/levels", { level: "warning", areas: { can: "debug" } }, "PUT");
    deepStrictEqual(await json("/api/system/log/levels"), { level: "warning", areas: { can: "debug" } });
    quiet.debug("wanted now");
    logging.of("hub").info("too quiet");
    const log = await json<LogEntryView[]>("/api/system/log?limit=3");
    deepStrictEqual(log.map(({ text }) => text), ["Signed in with [hidden]", "wanted now"]);
    deepStrictEqual(log[0]?.fields, { password: "[hidden]", host: "mqtt.lan" });
    const newer = await json<LogEntryView[]>(`/api/system/log?after=${log[0]?.number}&search=WANTED`);
    deepStrictEqual(newer.map(({ number }) => number), [log[1]?.number]);
    deepStrictEqual((await json<LogEntryView[]>("/api/system/log?level=warning")).length, 1);
    const file = await (await ask("/api/system/log/file")).text();
    deepStrictEqual(file.trimEnd().split("\n").map(withoutTime), lines.map(withoutTime));

    const bundle = await (await ask("/api/system/diagnostics")).text();
    ok(!bundle.includes("hunter2") && !bundle.includes("192.168"));
    strictEqual(JSON.parse(bundle).format, "coachiq-diagnostics");
  }));

prometheusTest("ProgramServices' metrics are what promtool wants: names, types, units and help", {
  program: "promtool",
  body: (promtool) =>
    runningProgram(async (program) => {
      const { ask, meanwhile } = site(program);
      await meanwhile(ask("/api/safety/stop", { what: "lights" }).then((response) => response.body?.cancel()));
      const response = await ask("/metrics");
      match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
      const text = await response.text();
      match(text, /\ncoachiq_commands_total\{outcome="confirmed"\} [1-9]/);
      deepStrictEqual(await checkMetrics(promtool, text), { code: 0, says: "" });
      const wrong = await checkMetrics(promtool, "# TYPE a_total gauge\na_total 1\n");
      ok(wrong.code !== 0 && wrong.says !== "", "promtool looks at all");
    }),
});

function withoutTime(line: string): string {
  return line.replace(/^\S+ /, "");
}
