import { deepEqual, equal } from "node:assert/strict";
import { machineTest } from "../../tests/fixtures/scripted_machine.ts";
import { addressesOf, setUpCodeIn } from "./first_page.ts";
import { Systemd } from "./systemd.ts";

machineTest("addressesOf() names the machine where mDNS is answered, and its addresses", async (machine) => {
  const { host } = machine.parts();
  const systemd = new Systemd(host);
  deepEqual(await addressesOf({ host, systemd }, 8080), ["http://coach.local:8080/", "http://192.168.8.2:8080/"]);
  machine.write("/etc/hostname", "not a name\n");
  deepEqual(await addressesOf({ host, systemd }, 80), ["http://192.168.8.2:80/"]);
});

Deno.test("setUpCodeIn() finds the newest code of a log, and none where there is none", () => {
  const said = (code: string) => `CoachIQ is not set up yet. Open its page and enter: ${code}`;
  equal(setUpCodeIn([said("AAAA"), "other", said("BBBB"), "CoachIQ 1.0.0 on http://127.0.0.1:8080"]), "BBBB");
  equal(setUpCodeIn(["CoachIQ 1.0.0 on http://127.0.0.1:8080"]), undefined);
});
