import { deepStrictEqual, strictEqual } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { updaterFixture } from "../../tests/suites/store_updater_fixture.ts";
import { silentLogger } from "../base/mod.ts";
import { Accounts } from "./accounts/accounts.ts";
import { onlookerAt } from "./principal.ts";

Deno.test("identify(): who looked while there were no accounts is disconnected as soon as there are", async () => {
  await using data = await updaterFixture({ at: "0007_audit_and_alerts" });
  const { store, clock } = data;
  const accounts = new Accounts({ store, clock, logger: silentLogger, announceCode: () => {} });
  const { feed } = testApp({ accounts, clock });
  feed.start();
  const closed: number[] = [];
  const socket = { readyState: 1, bufferedAmount: 0, send() {}, close: (code = 0) => void closed.push(code) };
  feed.connect(socket, onlookerAt("10.0.0.7"));
  strictEqual(accounts.isReady(), false);
  strictEqual(feed.status().clients, 1);
  const { done } = await data.updater.update({ actor: "owner", confirm: true, parked: true });
  strictEqual((await done).state, "done");
  strictEqual(accounts.isReady(), true);
  await accounts.start();
  deepStrictEqual(closed, [4401]);
  strictEqual(feed.status().clients, 0);
  feed.connect(socket, onlookerAt("10.0.0.7"));
  strictEqual(closed.length, 2, "nor is one let in that asked before");
  feed.stop();
  await accounts.stop();
});
