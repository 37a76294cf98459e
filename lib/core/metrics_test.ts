import assert from "node:assert/strict";
import { silentLogger } from "../base/mod.ts";
import { VirtualBus } from "../can/mod.ts";
import { entityDefinitionSchema } from "../coach/mod.ts";
import { Hub, ourIdentity } from "../hub/mod.ts";
import { createProtocol } from "../protocol/mod.ts";
import { storeFixture } from "../../tests/suites/store_fixture.ts";
import { metricRows, Metrics } from "./metrics.ts";

/** Lines of the text that begin with a name, as `labels → value`. */
function values(text: string, name: string): Record<string, number> {
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(name.length, at), Number(line.slice(at + 1))];
  }));
}

Deno.test("Metrics tells services, buses, entities, commands, storage and sockets, and every row it lists", async () => {
  await using fixture = await storeFixture({});
  const { store, clock } = fixture;
  await store.start();
  const protocol = createProtocol();
  const hub = new Hub({
    clock,
    logger: silentLogger,
    protocol,
    ports: [new VirtualBus({ clock, deliverAfterMs: 0 }).port("can0")],
    definitions: [
      entityDefinitionSchema.parse({ id: "lamp", kind: "light", name: "Lamp", area: "a", load: { instances: [1] } }),
    ],
    identity: ourIdentity({ tables: protocol.tables, machineId: "test", version: "0.0.0" }),
  });
  let restarts = 1;
  const metrics = new Metrics({
    hub,
    store,
    clock,
    core: () => [{ name: "hub", state: "up", restarts }, { name: "database", state: "failed", restarts: 0 }],
    features: () =>
      (["mqtt", "firefly"] as const).map((name) => ({
        name,
        title: name,
        description: name,
        safetyClass: "operational",
        dependsOn: [],
        enabled: name === "mqtt",
        switchable: true,
        state: name === "mqtt" ? "failed" : "off",
        restarts: 0,
        problems: [],
      })),
    sockets: () => ({ clients: 5, behind: 1, kept: 7, dropped: 2 }),
    freeBytes: () => Promise.resolve(1e9),
    card: {
      lossWindow: () => ({ states: { ageS: 12, atMostS: 300 }, history: { ageS: 0, atMostS: 900 } }),
      stats: (database) => ({ copies: database === "coachiq" ? 3 : 0, failures: 1, bytes: 4096, lastMs: 250 }),
    },
    version: "1.2.3",
  });
  metrics.start();
  await hub.start();
  clock.advance(1000);
  hub.setSafe("No.");
  await hub.command("lamp", { command: "turnOn", parameters: {} });
  hub.setSafe(undefined);
  const waiting = hub.command("lamp", { command: "turnOn", parameters: {} });
  clock.advance(10_000);
  assert.equal((await waiting).outcome, "notConfirmed");
  const first = await metrics.text();
  restarts = 3;
  const text = await metrics.text();
  assert.deepEqual(values(first, "coachiq_core_service_restarts_total"), {
    '{service="hub"}': 1,
    '{service="database"}': 0,
  });
  assert.deepEqual(values(text, "coachiq_core_service_restarts_total"), {
    '{service="hub"}': 3,
    '{service="database"}': 0,
  });
  assert.deepEqual(values(text, "coachiq_core_service_up"), { '{service="hub"}': 1, '{service="database"}': 0 });
  assert.deepEqual(values(text, "coachiq_feature_up"), { '{feature="mqtt",class="operational"}': 0 });
  assert.deepEqual(values(text, "coachiq_commands_total"), { '{outcome="refused"}': 1, '{outcome="notConfirmed"}': 1 });
  assert.deepEqual(values(text, "coachiq_command_duration_seconds_count"), { "": 1 });
  assert.deepEqual(values(text, "coachiq_can_up"), { '{interface="can0"}': 1 });
  assert.equal(values(text, "coachiq_entities")['{freshness="unseen"}'], 1);
  assert.deepEqual(values(text, "coachiq_websocket_clients"), { "": 5 });
  assert.deepEqual(values(text, "coachiq_card_unsaved_seconds"), {
    '{database="coachiq"}': 12,
    '{database="history"}': 0,
  });
  assert.equal(values(text, "coachiq_card_copies_total")['{database="coachiq",outcome="done"}'], 3);
  assert.deepEqual(values(text, "coachiq_card_copy_seconds"), { '{database="coachiq"}': 0.25 });
  assert.deepEqual(values(text, "coachiq_build_info"), { '{version="1.2.3"}': 1 });
  assert.ok((values(text, "coachiq_can_frames_total")['{interface="can0",direction="tx"}'] ?? 0) > 0);
  for (const { name, type, help } of metricRows) {
    assert.ok(text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`), name);
  }
  assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/);
  metrics.stop();
  await hub.stop();
  await store.stop();
});
