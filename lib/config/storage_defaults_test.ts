import assert from "node:assert/strict";
import { configFolder } from "../../tests/suites/config_fixture.ts";
import { storageProfileTable } from "../base/mod.ts";
import { ConfigError } from "./config_error.ts";

const sdcard = [{ flag: "--profile", key: "persistence.storage_profile", value: "sdcard" }] as const;

Deno.test("a storage profile brings defaults of its own, which every layer beats", async () => {
  await using folder = await configFolder();
  await folder.write("user/config-overrides.toml", "[history]\nraw_days = 3\n");
  const onDisk = await folder.load();
  const onCard = await folder.load({ flags: sdcard });
  const { history, telemetryS } = storageProfileTable.sdcard;
  const { effective } = onCard;
  assert.deepEqual(
    [effective.history.raw_days, effective.history.max_megabytes, effective.persistence.telemetry_seconds],
    [3, history.maxMiB, telemetryS],
  );
  assert.equal(onDisk.effective.history.max_megabytes, storageProfileTable.ssd.history.maxMiB);
  const entry = onCard.entries().find(({ key }) => key === "history.max_megabytes");
  assert.deepEqual(entry?.origin, { layer: "defaults", where: "storage profile sdcard" });
});

Deno.test("a log file on the card is refused, and one in memory is not", async () => {
  await using folder = await configFolder();
  await folder.write("config/system.toml", '[logging]\nfile = "/var/log/coachiq.log"\n');
  await assert.rejects(folder.load({ flags: sdcard }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(
      error.message,
      /logging\.file is "\/var\/log\/coachiq\.log" in the storage profile "sdcard", expected/,
    );
    return true;
  });
  await folder.load();
  await folder.write("config/system.toml", '[logging]\nfile = "/run/coachiq/coachiq.log"\n');
  assert.equal((await folder.load({ flags: sdcard })).effective.logging.file, "/run/coachiq/coachiq.log");
});
