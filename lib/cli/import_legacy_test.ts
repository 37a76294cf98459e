import assert from "node:assert/strict";
import { migrations, newestStep, temporaryFolder } from "../../tests/suites/store_fixture.ts";
import { type LegacyFixture, legacyFixture, legacyParts } from "../../tests/suites/legacy_fixture.ts";
import { silentLogger, systemClock } from "../base/mod.ts";
import { Configuration } from "../config/mod.ts";
import { CoachMapping } from "../core/mod.ts";
import { createInPlace, thisMachine } from "../store/mod.ts";
import { withStorage } from "./db_job.ts";
import { findPlace } from "./db_place.ts";
import { runDb } from "./db_run.ts";
import { readLegacyFolder } from "./legacy_files.ts";

const silent = { out: () => {}, err: () => {} };
const owner = { actor: "owner" };

/** The mapping of a data directory while no server runs. */
async function withMapping<T>({ paths }: LegacyFixture, work: (mapping: CoachMapping) => T | Promise<T>): Promise<T> {
  const parts = legacyParts(silent);
  const place = await findPlace(paths.dataDir, parts);
  return await withStorage(place, async ({ storage }) => {
    const mapping = new CoachMapping({
      storage,
      folder: parts.models,
      protocol: parts.protocol,
      clock: systemClock,
      logger: silentLogger,
    });
    await mapping.start();
    try {
      return await work(mapping);
    } finally {
      await mapping.stop();
    }
  });
}

async function configurationOf({ paths }: LegacyFixture): Promise<Configuration> {
  const configuration = new Configuration({
    environment: {},
    flags: [{ flag: "--data-dir", key: "persistence.data_dir", value: paths.dataDir }],
    defaultDataDir: () => paths.dataDir,
    clock: systemClock,
  });
  await configuration.load();
  return configuration;
}

async function valueOf(fixture: LegacyFixture, key: string): Promise<unknown> {
  const configuration = await configurationOf(fixture);
  try {
    return configuration.entries().find((entry) => entry.key === key)?.value;
  } finally {
    await configuration.stop();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("import-legacy tells the plan and changes nothing without --yes", async () => {
  await using old = await legacyFixture("aspire_44r");
  const dry = await old.run("--dry-run");
  assert.equal(dry.code, 0);
  assert.match(dry.out, /^Entities: 27 of 29 \(27 light\), in 9 areas$/m);
  assert.match(dry.out, /^Nothing was changed\.$/m);
  const asked = await old.run();
  assert.equal(asked.code, 1);
  assert.match(asked.err, /needs your consent/);
  assert.match(asked.out, /^To consent: coachiq import-legacy \S+\/old --yes --data-dir \S+\/data$/m);
  assert.equal(await exists(old.paths.dataDir), false, "not even the folder was made");
});

Deno.test("import-legacy imports mapping, changes and settings into a data directory that is not there yet", async () => {
  await using old = await legacyFixture("aspire_44r");
  const done = await old.json("--yes");
  assert.deepEqual([done.code, done.state], [0, "done"], done.reasons.join());
  await withMapping(old, (mapping) => {
    const model = mapping.effective();
    assert.equal(model.id, "legacy_2021_entegra_aspire_44r");
    assert.equal(model.entities.length, 27, "one was taken away and one added");
    assert.equal(mapping.entity("bedroom_ceiling_light")?.name, "Bed ceiling");
    assert.equal(mapping.at("/entities/bedroom_ceiling_light/name")?.source, "user");
    assert.equal(mapping.at("/entities/bedroom_ceiling_light/load")?.source, "factory");
    assert.equal(mapping.entity("exterior_step_light")?.area, "steps");
    assert.equal(mapping.entity("exterior_motion_light"), undefined);
    assert.deepEqual(mapping.history(9).map(({ id, reason, actor }) => [id, reason, actor]), [
      [2, "Import of an earlier installation (config/2021_Entegra_Aspire_44R.yml): your changes", "command line"],
      [1, "Import of an earlier installation (config/2021_Entegra_Aspire_44R.yml)", "command line"],
    ]);
  });
  assert.equal(await valueOf(old, "server.port"), 8090);
  assert.deepEqual(await valueOf(old, "can.interfaces"), ["can0", "can1"]);
  assert.equal(await valueOf(old, "auth.admin_username"), undefined, "for the installer");
  assert.deepEqual([done.record.imported, done.record.edited], [{ batchId: 1, isFirst: true }, { batchId: 2 }]);
  const record = JSON.parse(await Deno.readTextFile(`${old.paths.user}/legacy-import.json`));
  assert.deepEqual(record, done.record);
  assert.equal(record.from, await Deno.realPath(old.folder));
  assert.equal(record.files.length, 6);
});

Deno.test("import-legacy keeps secrets out of everything that it writes and prints", async () => {
  await using old = await legacyFixture("aspire_44r");
  const { out, err } = await old.run("--yes");
  const { out: json } = await old.run("--json", "--dry-run");
  const written = [out, err, json];
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) await visit(path);
      else written.push(new TextDecoder("latin1").decode(await Deno.readFile(path)));
    }
  };
  await visit(old.paths.dataDir);
  assert.ok(written.length > 6, `${written.length} texts were looked at`);
  for (
    const secret of [
      "signing-key",
      "admin-password",
      "github-secret",
      "mail-password",
      "pushover-token",
      "slack-webhook",
    ]
  ) {
    assert.equal(written.some((text) => text.includes(`${secret}-value`)), false, secret);
  }
});

Deno.test("import-legacy changes nothing the second time", async () => {
  await using old = await legacyFixture("aspire_44r");
  await old.run("--yes");
  const before = [old.rows(), await Deno.readTextFile(`${old.paths.user}/config-overrides.toml`)];
  const record = await Deno.readTextFile(`${old.paths.user}/legacy-import.json`);
  const backups = [...Deno.readDirSync(old.paths.backups)].length;
  for (const args of [["--yes"], ["--dry-run"], []]) {
    const again = await old.json(...args);
    assert.deepEqual([again.code, again.state], [0, "unchanged"], args.join());
  }
  assert.deepEqual([old.rows(), await Deno.readTextFile(`${old.paths.user}/config-overrides.toml`)], before);
  assert.equal(await Deno.readTextFile(`${old.paths.user}/legacy-import.json`), record);
  assert.equal([...Deno.readDirSync(old.paths.backups)].length, backups, "no backup of nothing");
});

Deno.test("import-legacy merges what changed there with what its owner changed here", async () => {
  await using old = await legacyFixture("aspire_44r");
  await old.run("--yes");
  await withMapping(old, (mapping) => {
    mapping.put("/entities/main_sink_light/name", "Kitchen sink", owner);
    mapping.put("/entities/bedroom_ceiling_light/name", "Over the bed", owner);
    mapping.remove("/entities/exterior_porch_light", owner);
  });
  const configuration = await configurationOf(old);
  await configuration.setOverrides({ "server.port": 9000, "auth.session_days": null }, owner);
  await configuration.stop();
  const unchanged = await old.json("--yes");
  assert.equal(unchanged.state, "unchanged");
  assert.deepEqual(unchanged.work?.kept.map(({ what, why }) => `${what}: ${why}`), [
    "/entities/bedroom_ceiling_light/name: you changed it since",
    "server.port: you changed it since",
    "auth.session_days: you changed it since",
  ]);
  await old.edit(
    "config/2021_Entegra_Aspire_44R.yml",
    (text) => text.replaceAll('"Main Sink Light"', '"Sink"').replaceAll('"Main Dinette Light"', '"Dinette"'),
  );
  await old.edit("user/config-overrides.toml", (text) => text.replace("port = 8090", "port = 8099"));
  await old.edit("coachiq.env", (text) => text.replace("LEVEL=INFO", "LEVEL=DEBUG"));
  await old.edit("user/user_patches.json", (text) => text.replaceAll('"Bed ceiling"', '"Ceiling of the bedroom"'));
  const done = await old.json("--yes");
  assert.deepEqual([done.code, done.state], [0, "done"], done.reasons.join());
  await withMapping(old, (mapping) => {
    assert.equal(mapping.status().version, 2);
    assert.equal(mapping.entity("main_sink_light")?.name, "Kitchen sink", "the owner's");
    assert.equal(mapping.entity("main_dinette_light")?.name, "Dinette", "the earlier installation's");
    assert.equal(mapping.entity("bedroom_ceiling_light")?.name, "Over the bed", "the owner's");
    assert.equal(mapping.entity("exterior_porch_light"), undefined, "removed by the owner");
    assert.equal(mapping.entity("exterior_step_light")?.name, "Step Light");
  });
  assert.equal(await valueOf(old, "server.port"), 9000, "the owner's");
  assert.equal(await valueOf(old, "logging.level"), "debug", "the earlier installation's");
  assert.deepEqual(done.work?.kept.map(({ what, why }) => `${what}: ${why}`), [
    "/entities/bedroom_ceiling_light/name: you changed it yourself",
    "server.port: you have set it yourself",
    "auth.session_days: you changed it since",
  ]);
  assert.equal((await old.json("--yes")).state, "unchanged");
});

Deno.test("import-legacy leads back: the backup gives the old rows byte for byte, and the overrides theirs", async () => {
  await using old = await legacyFixture("aspire_44r");
  // A coach that runs with another model, and an owner with settings of their own.
  const parts = legacyParts(silent);
  await createFirst(old);
  await withMapping(old, async (mapping) => {
    await mapping.importModel({ modelId: "generic_rv" }, owner);
    mapping.put("/entities/fresh_tank/name", "Water", owner);
  });
  const configuration = await configurationOf(old);
  await configuration.setOverrides({ "logging.level": "error" }, owner);
  await configuration.stop();
  const overrides = await Deno.readTextFile(`${old.paths.user}/config-overrides.toml`);
  const before = old.rows();
  const done = await old.json("--yes");
  assert.equal(done.state, "done", done.reasons.join());
  assert.notEqual(old.rows(), before);
  assert.equal(done.wayBack.length, 4);
  assert.match(
    done.wayBack[0] ?? "",
    new RegExp(`coachiq db restore ${done.record.backupId} --yes --parked --data-dir`),
  );
  assert.match(done.wayBack[1] ?? "", new RegExp(`alone: coachiq coach undo ${done.record.edited?.batchId} `));
  assert.match(done.wayBack[2] ?? "", /: coachiq coach import --model generic_rv --yes /);
  assert.match(done.wayBack[3] ?? "", new RegExp(`: coachiq config backups restore ${done.record.configBackupId} `));
  const restore = { command: "restore", id: done.record.backupId, yes: true, parked: true, json: false } as const;
  assert.equal(await runDb({ ...restore, dataDir: old.paths.dataDir }, parts), 0);
  assert.equal(old.rows(), before);
  const back = await configurationOf(old);
  await back.restoreBackup(done.record.configBackupId ?? "", owner);
  await back.stop();
  assert.equal(await Deno.readTextFile(`${old.paths.user}/config-overrides.toml`), overrides);
  const again = await old.json("--yes");
  assert.equal(again.state, "done", "what was taken back can be imported again");
  assert.equal(await valueOf(old, "server.port"), 8090);
});

Deno.test("import-legacy can be taken back change by change, and the model of before taken again", async () => {
  await using old = await legacyFixture("aspire_44r");
  await createFirst(old);
  await withMapping(old, async (mapping) => {
    await mapping.importModel({ modelId: "generic_rv" }, owner);
    mapping.put("/entities/fresh_tank/name", "Water", owner);
  });
  const first = await old.json("--yes");
  const rows = await withMapping(old, (mapping) => {
    mapping.undo(first.record.edited?.batchId ?? 0, owner);
    assert.equal(mapping.entity("bedroom_ceiling_light")?.name, "Bedroom Ceiling Light");
    assert.equal(mapping.effective().entities.length, 27);
    return mapping.export("yaml");
  });
  await old.edit("config/2021_Entegra_Aspire_44R.yml", (text) => text.replaceAll('"Main Sink Light"', '"Sink"'));
  const second = await old.json("--yes");
  assert.deepEqual(second.record.imported?.isFirst, false);
  assert.match(second.wayBack.join("\n"), /^the mapping alone: coachiq coach undo \d+ /m);
  await withMapping(old, async (mapping) => {
    assert.equal(mapping.entity("main_sink_light")?.name, "Sink");
    mapping.undo(second.record.imported?.batchId ?? 0, owner);
    assert.equal(mapping.export("yaml"), rows);
    await mapping.importModel({ modelId: first.record.modelBefore ?? "" }, owner);
    assert.equal(mapping.effective().id, "generic_rv");
    assert.equal(mapping.entity("fresh_tank")?.name, "Water", "the owner's edits of it are there still");
  });
});

/** An empty database, as the first start of a server makes it. */
async function createFirst({ paths }: LegacyFixture): Promise<void> {
  await Deno.mkdir(paths.user, { recursive: true });
  await createInPlace(paths.coachiq, migrations.coachiq);
}

Deno.test("import-legacy goes on where it was interrupted", async () => {
  await using old = await legacyFixture("aspire_44r");
  await Deno.mkdir(old.paths.user, { recursive: true });
  await Deno.writeTextFile(`${old.paths.user}/config-overrides.toml`, "[server\n");
  const half = await old.json("--yes");
  assert.deepEqual([half.code, half.state], [1, "failed"]);
  assert.match(half.reasons.join(), /config-overrides\.toml/);
  await withMapping(old, (mapping) => assert.equal(mapping.entity("bedroom_ceiling_light")?.name, "Bed ceiling"));
  await Deno.remove(`${old.paths.user}/config-overrides.toml`);
  const whole = await old.json("--yes");
  assert.equal(whole.state, "done", whole.reasons.join());
  assert.equal(await valueOf(old, "server.port"), 8090);
  assert.equal((await old.json("--yes")).state, "unchanged");
});

Deno.test("import-legacy changes nothing under a running server, and says so", async () => {
  await using old = await legacyFixture("aspire_44r");
  await createFirst(old);
  const before = old.rows();
  const place = await findPlace(old.paths.dataDir, legacyParts(silent));
  await withStorage(place, async () => {
    const refused = await old.json("--yes");
    assert.deepEqual([refused.code, refused.state], [1, "refused"]);
    assert.match(refused.message, /A server is running over this data directory/);
    const planned = await old.json("--dry-run");
    assert.deepEqual([planned.code, planned.state], [0, "planned"]);
    assert.match(planned.reasons.join(), /it must be stopped first/);
  });
  assert.equal(old.rows(), before);
});

Deno.test("import-legacy asks for the update of an older database first", async () => {
  await using old = await legacyFixture("aspire_44r");
  await Deno.mkdir(old.paths.user, { recursive: true });
  await createInPlace(old.paths.coachiq, migrations.coachiq, { to: "0003_coach_mappings" });
  const refused = await old.json("--yes");
  assert.equal(refused.code, 1);
  assert.match(refused.message, /needs its update first, coachiq db migrate --yes --parked/);
  assert.notEqual(newestStep, "0003_coach_mappings");
});

Deno.test("import-legacy names what is wrong with the folder", async () => {
  await using old = await legacyFixture("first_form");
  await Deno.remove(old.folder, { recursive: true });
  const missing = await old.run("--dry-run");
  assert.equal(missing.code, 1);
  assert.match(missing.err, /^Cannot import from "\S+\/old": there is no such folder\n$/);
  await Deno.writeTextFile(old.folder, "");
  assert.match((await old.run("--yes")).err, /it is a file, expected a folder/);
  await Deno.remove(old.folder);
  await Deno.mkdir(old.folder);
  const empty = await old.run("--yes");
  assert.equal(empty.code, 1);
  assert.match(empty.err, /There is nothing that could be imported/);
  assert.match(empty.out, /there is no coach mapping among these files/);
  assert.equal(await exists(old.paths.dataDir), false);
});

Deno.test("import-legacy says when the configuration names another model for the server", async () => {
  await using old = await legacyFixture("entity_form");
  await createFirst(old);
  const configuration = await configurationOf(old);
  await configuration.setOverrides({ "coach.model": "generic_rv" }, owner);
  await configuration.stop();
  const done = await old.json("--yes");
  assert.equal(done.state, "done");
  assert.deepEqual(done.work?.kept.map(({ what }) => what), ["coach.model"]);
  assert.match(done.work?.kept[0]?.why ?? "", /config-overrides\.toml says "generic_rv": the server starts with that/);
});

Deno.test("import-legacy takes and prints no control characters of the files, nor half characters", async () => {
  await using old = await legacyFixture("first_form");
  const name = "\\u001b[31mRed\\nline \\ud83d";
  await old.edit(
    "2019_Newmar_Dutch_Star.yml",
    (text) =>
      text.replace("friendly_name: Galley\n", `friendly_name: "${name}"\n`).replace(
        "model: Dutch Star",
        `model: "${name}"`,
      ),
  );
  const { code, out, err } = await old.run("--yes");
  assert.equal(code, 0, err);
  assert.ok(!out.includes("\x1b"));
  assert.match(out, /^Coach: 2019 Newmar \[31mRed line \ufffd 4369, as the model/m);
  await withMapping(old, (mapping) => {
    assert.equal(mapping.entity("galley_light")?.name, "[31mRed line \ufffd");
  });
  assert.match((await old.run("--yes")).out, /^Everything of it is here already\.$/m);
});

Deno.test("import-legacy makes no files in a data directory of another user", async () => {
  const machine = { ...thisMachine, uid: () => 4711 };
  await using old = await legacyFixture("first_form", { machine });
  await Deno.mkdir(old.paths.dataDir);
  const foreign = await old.run("--yes");
  assert.equal(foreign.code, 1);
  assert.match(foreign.err, /belongs to user \d+, this program is user 4711; .*sudo -u '#\d+' coachiq import-legacy/);
  assert.deepEqual([...Deno.readDirSync(old.paths.dataDir)], []);
});

Deno.test("import-legacy does not read the data directory that it writes", async () => {
  await using old = await legacyFixture("aspire_44r");
  const inside = { dataDir: `${old.folder}/user` };
  assert.deepEqual([...(await readLegacyFolder(old.folder, inside)).texts.keys()], [
    "coachiq.env",
    "config/2021_Entegra_Aspire_44R.yml",
    "config/coach_mapping.default.yml",
    "config/system.toml",
  ]);
  await Deno.symlink(old.folder, old.paths.dataDir);
  const same = await old.run("--dry-run");
  assert.equal(same.code, 1);
  assert.match(same.err, /it is the data directory that the import goes into; move the earlier/);
});

Deno.test("import-legacy says when this program has a model of the same coach", async () => {
  await using old = await legacyFixture("aspire_44r");
  assert.match((await old.run("--dry-run")).out, /a model of its own for this coach, "entegra_aspire_44r_2021"/);
  await using other = await legacyFixture("first_form");
  assert.doesNotMatch((await other.run("--dry-run")).out, /a model of its own/);
});

Deno.test("import-legacy takes the mapping that is named", async () => {
  await using old = await legacyFixture("first_form");
  await old.edit(".env", (text) => text.replace(/^RVC_COACH_MODEL.*$/m, ""));
  await Deno.copyFile(`${old.folder}/2019_Newmar_Dutch_Star.yml`, `${old.folder}/other.yml`);
  assert.match((await old.run("--dry-run")).out, /several mappings .*name one with --mapping/);
  const named = await old.run("--dry-run", "--mapping", "other.yml");
  assert.match(named.out, /^Mapping: other\.yml \(you named it\)$/m);
  assert.match(named.out, /--mapping other\.yml --yes/);
});

Deno.test("readLegacyFolder() follows no link out of the folder, and reads no more than it may", async () => {
  await using place = await temporaryFolder();
  const folder = `${place.path}/old`;
  await Deno.mkdir(`${folder}/config/deep/deeper/a/b/c/d`, { recursive: true });
  await Deno.mkdir(`${folder}/node_modules`);
  await Deno.writeTextFile(`${place.path}/secret.yml`, "secret: 1\n");
  await Deno.writeTextFile(`${folder}/config/own.yml`, "coach_info: {}\n");
  await Deno.symlink(`${place.path}/secret.yml`, `${folder}/out.yml`);
  await Deno.symlink("../../secret.yml", `${folder}/config/up.yml`);
  await Deno.symlink("own.yml", `${folder}/config/inside.yml`);
  await Deno.symlink(`${folder}`, `${folder}/config/loop`);
  await Deno.symlink("nowhere", `${folder}/gone.yml`);
  await Deno.writeTextFile(`${folder}/node_modules/x.yml`, "a: 1\n");
  await Deno.writeTextFile(`${folder}/config/deep/deeper/a/b/c/d/x.yml`, "a: 1\n");
  await Deno.writeFile(`${folder}/bytes.yml`, new Uint8Array([0xff, 0xfe, 0x41]));
  await Deno.writeFile(`${folder}/huge.yml`, new Uint8Array(1024 * 1024 + 1));
  await Deno.writeTextFile(`${folder}/notes.txt`, "not read");
  const { texts, skipped } = await readLegacyFolder(folder, { dataDir: `${place.path}/data` });
  assert.deepEqual([...texts.keys()], ["config/inside.yml", "config/own.yml"]);
  assert.deepEqual(skipped.map(({ path, why }) => `${path}: ${why.replace(/:.*/, "")}`), [
    "bytes.yml: it is no text in UTF-8",
    "config/deep/deeper/a/b/c/d: it lies more than 6 folders deep",
    "config/up.yml: it is a link that leads out of the folder",
    "gone.yml: it cannot be read",
    "huge.yml: it has 1048577 bytes, expected at most 1048576",
    "out.yml: it is a link that leads out of the folder",
  ]);
});
