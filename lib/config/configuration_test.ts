import assert from "node:assert/strict";
import { type ConfigFolder, configFolder } from "../../tests/suites/config_fixture.ts";
import { realFileSystem } from "../base/durable_file.ts";
import { ConfigError } from "./config_error.ts";
import { findDataDir } from "./config_places.ts";
import { Configuration } from "./configuration.ts";
import { findKey } from "./find_key.ts";
import { problemLine } from "./problem_text.ts";
import { Secret } from "./secret.ts";
import { treeOfRows } from "./setting_rows.ts";
import type { ConfigValue } from "./types.ts";

const me = { actor: "test" };

function entry(configuration: Configuration, key: string) {
  const found = configuration.entries().find((entry) => entry.key === key);
  assert(found, key);
  return found;
}

function lines(configuration: Configuration, folder: ConfigFolder): readonly string[] {
  return configuration.problems().map((problem) => problemLine(problem).replaceAll(`${folder.path}/`, ""));
}

async function refusal(work: Promise<unknown> | (() => unknown), folder: ConfigFolder) {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    assert(error instanceof ConfigError, String(error));
    return `${error.kind}: ${error.message.replaceAll(`${folder.path}/`, "")}`;
  }
  return "done";
}

Deno.test("Configuration.load() reads every layer, keeps the origin of each value, and writes nothing", async () => {
  await using folder = await configFolder({
    "config/system.toml": 'version = 1\n[server]\nhost = "127.0.0.5"\nport = 8001\n\n[logging]\nlevel = "error"\n',
    "user/config-overrides.toml":
      '# mine\nactive_profile = "winter"\n\n[server]\nport = 8002\n[preferences]\ngroup_by = "kind"\n',
    "user/profiles/winter.toml": 'inherits = "storage"\n[overrides]\nhistory.raw_days = 9\n',
  });
  const configuration = await folder.load({
    environment: { COACHIQ_SERVER__DEBUG: "1" },
    flags: [{ flag: "--can", key: "can.interfaces", value: ["can0"] }],
  });
  configuration.setLayer("protocol", { tree: { protocol: { rvc: { messages: 300 } } }, where: "reference/rvc.json" });
  configuration.setLayer("model", { tree: { coach: { name: "Bus", year: 2021 } }, where: "generic_rv" });
  configuration.setLayer("structure", { tree: { coach: { name: "Our bus" } }, where: "coach_mappings" });
  configuration.setLayer("state", { tree: { system: { active_model: "generic_rv" } }, where: "system_settings" });
  configuration.setLayer("preferences", {
    tree: { preferences: { group_by: "area", names: { lamp: "Lamp" } } },
    where: "user_settings",
  });
  const { effective } = configuration;
  assert.deepEqual(
    [effective.server.host, effective.server.port, effective.server.debug, effective.can.interfaces],
    ["127.0.0.5", 8002, true, ["can0"]],
  );
  assert.deepEqual([effective.history.raw_days, effective.history.min_interval_seconds], [9, 600]);
  assert.deepEqual([effective.logging.level, effective.coach.name, effective.coach.year], ["warning", "Our bus", 2021]);
  assert.deepEqual(effective.preferences.names, { lamp: "Lamp" });
  assert.deepEqual([effective.preferences.group_by, effective.system.active_model], ["area", "generic_rv"]);
  const origin = (key: string) => {
    const { layer, where, line, column } = entry(configuration, key).origin;
    return [layer, where.replace(`${folder.path}/`, ""), line, column];
  };
  assert.deepEqual(origin("protocol.rvc.messages"), ["protocol", "reference/rvc.json", undefined, undefined]);
  assert.deepEqual(origin("coach.year"), ["model", "generic_rv", undefined, undefined]);
  assert.deepEqual(origin("coach.name"), ["structure", "coach_mappings", undefined, undefined]);
  assert.deepEqual(origin("server.host"), ["system", "config/system.toml", 3, 8]);
  assert.deepEqual(origin("server.port"), ["overrides", "user/config-overrides.toml", 5, 8]);
  assert.deepEqual(origin("history.raw_days"), ["profile", "user/profiles/winter.toml", 3, 20]);
  assert.deepEqual(origin("history.min_interval_seconds"), ["profile", 'profile "storage"', undefined, undefined]);
  assert.deepEqual(origin("system.active_model"), ["state", "system_settings", undefined, undefined]);
  assert.deepEqual(origin("preferences.group_by"), ["preferences", "user_settings", undefined, undefined]);
  assert.deepEqual(origin("server.debug"), ["environment", "COACHIQ_SERVER__DEBUG", undefined, undefined]);
  assert.deepEqual(origin("can.interfaces"), ["flags", "--can", undefined, undefined]);
  assert.deepEqual(origin("server.allowed_hosts"), ["defaults", "schema", undefined, undefined]);
  assert.deepEqual(origin("persistence.data_dir"), ["defaults", "schema", undefined, undefined]);
  assert.equal(entry(configuration, "persistence.data_dir").value, folder.path);
  assert.equal(entry(configuration, "preferences.group_by").below?.value, "kind");
  assert.equal(configuration.activeProfile, "winter");
  // The system file is writable; without being told to mend it, that is all there is to say.
  assert.equal(configuration.problems().length, 2);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), ["config", "user"]);
});

Deno.test("Configuration refuses to be used before it is loaded", async () => {
  await using folder = await configFolder();
  const { clock } = folder;
  const configuration = new Configuration({ environment: {}, defaultDataDir: () => folder.path, clock });
  assert.throws(() => configuration.effective, /it is not loaded/);
  await configuration.stop();
});

Deno.test("findDataDir() finds the data directory without reading the system file in it", async () => {
  await using folder = await configFolder({
    "named.json": '{"persistence": {"data_dir": "/from/system"}}',
    "ssd/config/system.toml": "this is no TOML",
  });
  const find = (environment: Record<string, string>) =>
    findDataDir({ environment, flags: [], defaultDataDir: (profile) => `${folder.path}/${profile}` });
  const COACHIQ_CONFIG_FILE = `${folder.path}/named.json`;
  assert.equal(await find({}), `${folder.path}/ssd`);
  assert.equal(await find({ COACHIQ_CONFIG_FILE }), "/from/system");
  assert.equal(await find({ COACHIQ_CONFIG_FILE, COACHIQ_PERSISTENCE__DATA_DIR: "/from/env" }), "/from/env");
  await assert.rejects(find({ COACHIQ_CONFIG_FILE: `${folder.path}/none.toml` }), ConfigError);
});

Deno.test("Configuration.load() finds the data directory by flag, environment, named system file, profile", async () => {
  await using folder = await configFolder({
    "named.json": '{"persistence": {"data_dir": "/from/system", "storage_profile": "sdcard"}}',
    "here/config/system.toml": 'persistence.storage_profile = "sdcard"\n',
  });
  const named = { COACHIQ_CONFIG_FILE: `${folder.path}/named.json` };
  const places = async (options: Parameters<ConfigFolder["load"]>[0]) => {
    const { dataDir, storageProfile, systemFile } = (await folder.load(options)).places;
    return [dataDir, storageProfile, systemFile.replace(`${folder.path}/`, "")];
  };
  const defaultDataDir = (profile: string) => `/default/${profile}`;
  const inDir = (value: string) => [{ flag: "--data-dir", key: "persistence.data_dir", value }];
  assert.deepEqual(await places({ defaultDataDir }), ["/default/ssd", "ssd", "/default/ssd/config/system.toml"]);
  assert.deepEqual(await places({ environment: named }), ["/from/system", "sdcard", "named.json"]);
  assert.deepEqual(
    await places({ environment: { ...named, COACHIQ_PERSISTENCE__DATA_DIR: "/from/env" } }),
    ["/from/env", "sdcard", "named.json"],
  );
  assert.deepEqual(
    await places({ environment: { COACHIQ_PERSISTENCE__DATA_DIR: "/from/env" }, flags: inDir("/flag") }),
    ["/flag", "custom", "/flag/config/system.toml"],
  );
  assert.deepEqual(
    await places({ environment: { COACHIQ_STORAGE_PROFILE: "development" }, defaultDataDir }),
    ["/default/development", "development", "/default/development/config/system.toml"],
  );
  assert.deepEqual(await places({ flags: inDir(`${folder.path}/here`) }), [
    `${folder.path}/here`,
    "sdcard",
    "here/config/system.toml",
  ]);
});

Deno.test("Configuration.load() stops with a sentence for every mistake of a system file", async () => {
  await using folder = await configFolder({
    "config/system.toml": '[server]\n# the site\n\nport = "eighty"\n[histroy]\nraw_days = 1\n',
    "moved/config/system.toml": 'persistence.data_dir = "/elsewhere"\n',
    "apart/config/system.toml": 'server.tls_key_file = "/key.pem"\n',
    "syntax.yaml": "server: [\n",
  });
  const loading = (options: Parameters<ConfigFolder["load"]>[0]) => refusal(folder.load(options), folder);
  assert.equal(
    await loading({}),
    'invalid: Cannot load configuration "config/system.toml": line 4: server.port is "eighty", expected an integer ' +
      "from 1 to 65535; line 5: histroy is no known key, did you mean history?",
  );
  assert.equal(
    await loading({ defaultDataDir: () => `${folder.path}/moved` }),
    'invalid: Cannot load configuration "moved/config/system.toml": line 1: persistence.data_dir is "/elsewhere" in ' +
      'the file that was found in "moved", expected the same, or COACHIQ_CONFIG_FILE to name the file',
  );
  assert.equal(
    await loading({ defaultDataDir: () => `${folder.path}/apart` }),
    'invalid: Cannot load configuration "apart/config/system.toml": line 1: server.tls_key_file is set without a ' +
      "certificate, expected server.tls_certificate_file beside it",
  );
  const named = (name: string) => ({ environment: { COACHIQ_CONFIG_FILE: `${folder.path}/${name}` } });
  assert.match(
    await loading(named("syntax.yaml")),
    /^invalid: Cannot load configuration "syntax\.yaml": line 1: brackets are not closed/,
  );
  assert.equal(
    await loading(named("none.toml")),
    'invalid: Cannot load configuration "none.toml": is not there, expected a file',
  );
  assert.equal(
    await loading(named("moved")),
    'invalid: Cannot load configuration "moved": is no file, expected one',
  );
  assert.match(await loading(named("syntax.yaml/x")), /"syntax\.yaml\/x": cannot be read \(.*\)$/);
  assert.match(
    await loading({ environment: { COACHIQ_CONFIG_FILE: "/proc/self/mem" } }),
    /"\/proc\/self\/mem": cannot be read \(.*\), expected a file that this user may read$/,
  );
  await folder.write("big.toml", `# ${"x".repeat(1024 * 1024)}`);
  assert.equal(
    await loading(named("big.toml")),
    'invalid: Cannot load configuration "big.toml": is 1048578 bytes long, expected at most 1048576',
  );
});

Deno.test("Configuration.load() mends the permissions of the system file, and tells what it may not mend", async () => {
  const text = "server.port = 8001\n";
  await using folder = await configFolder({ "config/system.toml": text, "named.toml": text });
  const mode = async (name: string) => ((await Deno.stat(`${folder.path}/${name}`)).mode ?? 0) & 0o777;
  await Deno.chmod(`${folder.path}/config/system.toml`, 0o664);
  await Deno.chmod(`${folder.path}/config`, 0o775);
  assert.deepEqual(lines(await folder.load(), folder), [
    "config/system.toml: has the permissions 0664, expected 0444: chmod 0444 config/system.toml",
    `${folder.path}/config: has the permissions 0775, expected 0555: chmod 0555 ${folder.path}/config`
      .replaceAll(`${folder.path}/`, ""),
  ]);
  const refusing = {
    modeOf: async (path: string) => (await Deno.stat(path)).mode ?? null,
    setMode: () => Promise.reject(new Error("not permitted")),
  };
  const [first = ""] = lines(await folder.load({ mendPermissions: true, permissions: refusing }), folder);
  assert.match(
    first,
    /^config\/system\.toml: has the permissions 0\d+ and cannot be mended \(not permitted\), expected 0444/,
  );
  assert.deepEqual(lines(await folder.load({ mendPermissions: true }), folder), []);
  assert.deepEqual([await mode("config/system.toml"), await mode("config")], [0o444, 0o555]);
  await Deno.chmod(`${folder.path}/config`, 0o755);
  // Of a file that the environment names, the folder is none of ours.
  await Deno.chmod(`${folder.path}/named.toml`, 0o644);
  const before = await mode(".");
  const environment = { COACHIQ_CONFIG_FILE: `${folder.path}/named.toml` };
  assert.deepEqual(lines(await folder.load({ mendPermissions: true, environment }), folder), []);
  assert.deepEqual([await mode("named.toml"), await mode(".")], [0o444, before]);
  const without = { modeOf: () => Promise.resolve(null), setMode: () => Promise.reject(new Error("no")) };
  assert.deepEqual(lines(await folder.load({ permissions: without }), folder), []);
});

Deno.test("a bad override is left out with its line, and the rest holds", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": '[server]\nport = "eighty"\ndebug = true\n[auth]\nsecret_key = "planted"\n',
  });
  const configuration = await folder.load();
  assert.deepEqual([configuration.effective.server.port, configuration.effective.server.debug], [8080, true]);
  assert.deepEqual(lines(configuration, folder), [
    'user/config-overrides.toml:2:8: server.port: is "eighty", expected an integer from 1 to 65535',
    "user/config-overrides.toml:5:14: auth.secret_key: is a secret, which no file of the configuration holds, expected " +
    "a file named by an environment variable that ends in _FILE",
  ]);
});

Deno.test("broken overrides are left out whole, are not written over, and come back by a backup or an editor", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": "server.port = 8001\n" });
  const configuration = await folder.load();
  await configuration.setOverrides({ "server.port": 8002 }, me);
  const broken = "server.port = 8003\nserver.port\n";
  await folder.write("user/config-overrides.toml", broken);
  await configuration.reload();
  assert.equal(configuration.entries().find(({ key }) => key === "server.port")?.value, 8080);
  const [line = ""] = lines(configuration, folder);
  assert.match(line, /^user\/config-overrides\.toml:2/);
  const sentence =
    /^conflict: Cannot change "user\/config-overrides\.toml": nothing of it can be read \(line 2: .*\), expected it mended, or a backup restored$/;
  assert.match(await refusal(configuration.setOverrides({ "server.port": 8004 }, me), folder), sentence);
  assert.match(await refusal(configuration.switchProfile("camping", me), folder), sentence);
  assert.equal(await folder.read("user/config-overrides.toml"), broken);
  const [backup] = await configuration.backups();
  assert(backup);
  await configuration.restoreBackup(backup.id, me);
  assert.deepEqual([entry(configuration, "server.port").value, configuration.problems()], [8001, []]);
  await Deno.remove(folder.overridesPath);
  await Deno.mkdir(folder.overridesPath);
  await configuration.reload();
  assert.deepEqual(lines(configuration, folder), ["user/config-overrides.toml: is no ordinary file, expected one"]);
});

Deno.test("Configuration.setOverrides() writes all or none, keeps comments, and takes what is live over at once", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": "# port of the phone\nserver.port = 8001 # mine\n\n[history]\nraw_days = 3\n",
  });
  const configuration = await folder.load();
  const changes: unknown[] = [];
  const end = configuration.subscribe((change) => void changes.push(change));
  await configuration.setOverrides({
    "server.port": 8002,
    "history.raw_days": null,
    "logging.areas.hub": "debug",
    "can.bitrates.can0": "500000",
    "server.allowed_hosts": ["coach.example"],
  }, me);
  const text = await folder.read("user/config-overrides.toml");
  assert.match(text, /^# port of the phone$/m);
  assert.match(text, /^server\.port = 8002 # mine$/m);
  assert.doesNotMatch(text, /raw_days/);
  const { effective } = configuration;
  assert.deepEqual([effective.logging.areas, effective.history.raw_days], [{ hub: "debug" }, 2]);
  // What needs a restart is set, and not in force.
  assert.deepEqual([effective.server.port, effective.can.bitrates, effective.server.allowed_hosts], [8001, {}, []]);
  const port = entry(configuration, "server.port");
  assert.deepEqual([port.value, port.inForce, port.waitsForRestart], [8002, 8001, true]);
  assert.deepEqual(changes, [{
    changed: ["history.raw_days", "logging.areas.hub"],
    waiting: ["server.port", "server.allowed_hosts", "can.bitrates.can0"],
  }]);
  end();
  await configuration.resetOverrides(["server.port", "can.bitrates.can0"], me);
  assert.equal(entry(configuration, "server.port").value, 8080);
  assert.equal(changes.length, 1);
  const again = await folder.load();
  assert.deepEqual([again.effective.server.port, again.effective.can.bitrates], [8080, {}]);
  assert.match(folder.log.join("\n"), /Configuration changed .*server\.port.*test/);
});

Deno.test("Configuration.setOverrides() refuses with everything that is wrong, and leaves the file alone", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": "server.port = 8001\n",
    "config/system.toml": "features.authentication.enabled = false\n",
  });
  const before = await folder.read("user/config-overrides.toml");
  const configuration = await folder.load({ environment: { COACHIQ_LOGGING__LEVEL: "info" } });
  const cases: readonly (readonly [Record<string, ConfigValue | null>, string])[] = [
    [
      { "server.port": 0, "history.raw_days": "two", "server.debug": true },
      'invalid: Cannot change "user/config-overrides.toml": server.port is 0, expected an integer from 1 to 65535; ' +
      'history.raw_days is "two", expected an integer from 1 to 90',
    ],
    [{ "server.prot": 1 }, 'notFound: Cannot find key "server.prot": it is no known key, did you mean server.port?'],
    [{ "server": 1 }, 'notFound: Cannot find key "server": it is a table of keys, expected one of them'],
    [{ "server.port.x": 1 }, 'notFound: Cannot find key "server.port.x": it is no known key'],
    [{ "server.": 1 }, 'notFound: Cannot read key "server.": a part of it is empty, expected names with dots between'],
    [{ "gone.key": null }, 'notFound: Cannot find key "gone.key": it is no known key'],
    [
      { "persistence.enabled": false },
      'notFound: Cannot find key "persistence.enabled": it is no known key: core services are always on and no key ' +
      "switches them off, remove it",
    ],
    [
      { "persistence.data_dir": "/x" },
      'invalid: Cannot change "user/config-overrides.toml": persistence.data_dir is for the installer, expected it in ' +
      "the system file",
    ],
    [
      { "auth.secret_key": "planted" },
      'invalid: Cannot change "user/config-overrides.toml": auth.secret_key is a secret, which no file of the ' +
      "configuration holds, expected a file named by an environment variable that ends in _FILE",
    ],
    [
      { "logging.level": "debug" },
      "conflict: Cannot change logging.level: COACHIQ_LOGGING__LEVEL sets it and counts for more, expected it gone",
    ],
    [
      { "server.host": "0.0.0.0" },
      'invalid: Cannot change "user/config-overrides.toml": server.host is "0.0.0.0" while ' +
      "features.authentication.enabled is false, expected 127.0.0.1",
    ],
  ];
  for (const [values, sentence] of cases) {
    assert.equal(await refusal(configuration.setOverrides(values, me), folder), sentence);
  }
  assert.equal(await folder.read("user/config-overrides.toml"), before);
  await configuration.switchProfile("storage", me);
  assert.equal(
    await refusal(configuration.setOverrides({ "history.five_minute_days": 5 }, me), folder),
    'conflict: Cannot change history.five_minute_days: the active profile "storage" sets it and counts for more, ' +
      "expected the change there, or the profile switched off",
  );
});

Deno.test("Configuration.resetOverrides() takes away what was written by mistake, by its wrong name", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": "[server]\nprot = 1\nport = 8001\n" });
  const configuration = await folder.load();
  await configuration.resetOverrides(["server.prot"], me);
  assert.equal((await folder.read("user/config-overrides.toml")).trim(), "version = 1\n\n[server]\nport = 8001");
  assert.deepEqual(configuration.problems(), []);
});

Deno.test("changes at the same moment come one after the other, those of another program included", async () => {
  await using folder = await configFolder();
  const first = await folder.load();
  const second = await folder.load();
  await Promise.all(Array.from({ length: 12 }, (_, n) => {
    return (n % 2 ? first : second).setOverrides({ [`logging.areas.area${n}`]: "debug" }, me);
  }));
  const again = await folder.load();
  assert.equal(Object.keys(again.effective.logging.areas).length, 12);
  await first.reload();
  assert.deepEqual(first.effective, again.effective);
});

Deno.test("Configuration keeps at most as many automatic backups as the owner wants, and named ones", async () => {
  await using folder = await configFolder();
  const configuration = await folder.load();
  assert.deepEqual(await configuration.backups(), []);
  assert.match(await refusal(configuration.backup("first"), folder), /^notFound: .*there is no such file$/);
  await configuration.setOverrides({ "backups.configuration_keep": 2 }, me);
  const named = await configuration.backup("first");
  assert.deepEqual([named.file, named.name, named.createdAtMs, named.sizeBytes > 10], [
    "config-overrides.toml",
    "first",
    Date.UTC(2026, 4, 1, 12),
    true,
  ]);
  for (const days of [3, 4, 5, 6, 7]) {
    folder.clock.advance(1000);
    await configuration.setOverrides({ "history.raw_days": days }, me);
  }
  const backups = await configuration.backups();
  assert.deepEqual(backups.map(({ name, file }) => [name, file]), [
    [null, "config-overrides.toml"],
    [null, "config-overrides.toml"],
    ["first", "config-overrides.toml"],
  ]);
  await configuration.restoreBackup(named.id, me);
  assert.equal(configuration.effective.history.raw_days, 2);
  await configuration.deleteBackup(named.id);
  assert.equal((await configuration.backups()).some(({ id }) => id === named.id), false);
  assert.match(
    await refusal(configuration.restoreBackup("../../etc/passwd", me), folder),
    /^notFound: Cannot find backup/,
  );
});

Deno.test("a failed write leaves values, file and preferences as they were, and the next one works", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": "server.port = 8001\n" });
  let broken = false;
  const fileSystem = {
    ...realFileSystem,
    rename: (from: string, to: string) =>
      broken ? Promise.reject(new Error("disk gone")) : realFileSystem.rename(from, to),
  };
  const configuration = await folder.load({ fileSystem });
  const rows = new Map<string, unknown>();
  configuration.keepPreferences({
    set: (values) => {
      for (const [key, value] of Object.entries(values)) value === undefined ? rows.delete(key) : rows.set(key, value);
    },
  });
  broken = true;
  await assert.rejects(
    configuration.setOverrides({ "history.raw_days": 5, "preferences.group_by": "kind" }, me),
    /disk gone/,
  );
  assert.deepEqual([configuration.effective.history.raw_days, configuration.effective.preferences.group_by], [
    2,
    "area",
  ]);
  assert.deepEqual([...rows], []);
  assert.equal(await folder.read("user/config-overrides.toml"), "server.port = 8001\n");
  broken = false;
  await configuration.setOverrides({ "history.raw_days": 5, "preferences.group_by": "kind" }, me);
  assert.deepEqual([configuration.effective.history.raw_days, configuration.effective.preferences.group_by], [
    5,
    "kind",
  ]);
  assert.deepEqual([...rows], [["preferences.group_by", "kind"]]);
  assert.doesNotMatch(await folder.read("user/config-overrides.toml"), /group_by/);
  assert.deepEqual(entry(configuration, "preferences.group_by").origin, {
    layer: "preferences",
    where: "user_settings",
  });
  await configuration.setOverrides({ "preferences.group_by": null, "preferences.names.lamp": "Lamp" }, me);
  assert.deepEqual([...rows], [["preferences.names.lamp", "Lamp"]]);
  assert.deepEqual(configuration.effective.preferences.names, { lamp: "Lamp" });
});

Deno.test("treeOfRows() takes the rows of its section and no others", () => {
  const rows = new Map<string, unknown>([
    ["preferences.names.lamp", "Lamp"],
    ["preferences.names.fan", "Fan"],
    ["preferences.group_by", "kind"],
    ["preferences", 1],
    ["preferences.__proto__.x", 1],
    ["preferences.group_by.x", 1],
    ["preferences.show_percentage.x", 1],
    ["preferences.show_percentage", false],
    ["housekeeping.tidiedAtMs", 5],
    ["not a key.", 1],
  ]);
  assert.deepEqual(treeOfRows(rows, "preferences"), {
    preferences: { names: { lamp: "Lamp", fan: "Fan" }, group_by: { x: 1 }, show_percentage: false },
  });
});

Deno.test("findKey() answers the path and the definition of a key, quotes or not", () => {
  assert.deepEqual(findKey('logging.areas."hub"').path, ["logging", "areas", "hub"]);
  assert.equal(findKey(["server", "port"]).definition.key, "server.port");
  assert.equal(findKey("preferences.names.lamp").definition.key, "preferences.names.<entity>");
  assert.throws(() => findKey('"server'), { name: "ConfigError", kind: "notFound" });
});

Deno.test("a secret is in force and in no entry, no problem, no log, no file and no export", async () => {
  await using folder = await configFolder({
    "secret": "planted-in-a-file\n",
    "config/system.toml": 'auth.admin_username = "me"\n',
  });
  const configuration = await folder.load({
    environment: {
      COACHIQ_AUTH__ADMIN_PASSWORD_FILE: `${folder.path}/secret`,
      COACHIQ_NOTIFICATIONS__SMTP__PASSWORD: "planted-in-a-variable",
      COACHIQ_CAN__BITRATE: "planted-in-an-old-one",
    },
  });
  const { auth, features } = configuration.effective;
  assert(auth.admin_password instanceof Secret && features.notifications.smtp.password instanceof Secret);
  assert.equal(auth.admin_password.reveal(), "planted-in-a-file");
  assert.equal(features.notifications.smtp.password.reveal(), "planted-in-a-variable");
  await configuration.setOverrides({ "server.debug": true }, me);
  await configuration.saveProfile({ name: "all", description: "", inherits: null, replace: false }, me);
  await configuration.setOverrides({ "auth.admin_password": null }, me);
  const refused = await refusal(configuration.setOverrides({ "auth.jwt_secret": "planted-here" }, me), folder);
  const everything = [
    refused,
    ...[configuration.effective, configuration.entries(), configuration.problems(), configuration.profiles()].flatMap(
      (value) => [JSON.stringify(value), Deno.inspect(value, { depth: 20 })],
    ),
    configuration.exportProfile("all"),
    await folder.read("user/config-overrides.toml"),
    await folder.read("user/profiles/all.toml"),
    ...folder.log,
  ].join("\n");
  assert.doesNotMatch(everything, /planted/);
  assert.match(everything, /COACHIQ_NOTIFICATIONS__SMTP__PASSWORD: holds|holds a secret/);
});
