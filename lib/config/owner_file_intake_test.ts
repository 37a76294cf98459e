import assert from "node:assert/strict";
import { ManualClock } from "../base/mod.ts";
import { ConfigError } from "./config_error.ts";
import { OwnerFileIntake } from "./owner_file_intake.ts";

async function inFolder(use: (intake: OwnerFileIntake, user: string) => Promise<void>): Promise<void> {
  const dataDir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dataDir}/user`);
    await use(new OwnerFileIntake({ dataDir, clock: new ManualClock() }), `${dataDir}/user`);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

const texts = { "config-overrides.toml": "version = 1\na = 1\n", "profiles/winter.toml": "version = 1\nb = 2\n" };

Deno.test("OwnerFileIntake.replace() writes the files and keeps what was there as backups", () =>
  inFolder(async (intake, user) => {
    await Deno.writeTextFile(`${user}/config-overrides.toml`, "a = = 0");
    await intake.replace(texts, () => {});
    for (const [name, text] of Object.entries(texts)) assert.equal(await Deno.readTextFile(`${user}/${name}`), text);
    const backups = `${user}/../backups/configuration/overrides`;
    const [backup] = [...Deno.readDirSync(backups)];
    assert.equal(await Deno.readTextFile(`${backups}/${backup?.name}`), "a = = 0");
  }));

Deno.test("OwnerFileIntake.replace() waits for who changes the files, and checks before it does", () =>
  inFolder(async (intake, user) => {
    using lock = await Deno.open(`${user}/.config.lock`, { create: true, write: true });
    await lock.lock(true);
    let isDone = false;
    const replacing = intake.replace(texts, () => void (isDone = true));
    await assert.rejects(intake.replace({ "profiles/x.toml": "= 1" }, () => {}), ConfigError);
    await assert.rejects(intake.replace({ "profiles/../x.toml": "a = 1" }, () => {}), ConfigError);
    await assert.rejects(intake.replace({ "coachiq.db": "a = 1" }, () => {}), /Cannot use "coachiq.db"/);
    assert.equal(isDone, false);
    await lock.unlock();
    await replacing;
    assert.equal(isDone, true);
  }));

Deno.test("OwnerFileIntake.replace() leaves all files as they were when one or the work fails", () =>
  inFolder(async (intake, user) => {
    const before = "a = = 0 # broken, and the owner's";
    await Deno.writeTextFile(`${user}/config-overrides.toml`, before);
    const isAsBefore = async () => {
      assert.equal(await Deno.readTextFile(`${user}/config-overrides.toml`), before);
      await assert.rejects(Deno.stat(`${user}/profiles/winter.toml`), Deno.errors.NotFound);
    };
    const failing = () => {
      throw new Error("no");
    };
    await assert.rejects(intake.replace(texts, failing), /^Error: no$/);
    await isAsBefore();
    await Deno.mkdir(`${user}/profiles/spring.toml`, { recursive: true });
    await assert.rejects(intake.replace({ ...texts, "profiles/spring.toml": "" }, () => {}));
    await isAsBefore();
    await Deno.symlink("nowhere", `${user}/profiles/summer.toml`);
    await assert.rejects(intake.replace({ ...texts, "profiles/summer.toml": "" }, () => {}), ConfigError);
    await isAsBefore();
    assert.equal(await Deno.readLink(`${user}/profiles/summer.toml`), "nowhere");
  }));
