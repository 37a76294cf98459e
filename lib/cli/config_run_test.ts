import assert from "node:assert/strict";
import { type ConfigFolder, configFolder } from "../../tests/suites/config_fixture.ts";
import { migrations } from "../../tests/suites/store_fixture.ts";
import { silentLogger, systemClock } from "../base/mod.ts";
import { documentOf, rowsOf } from "../coach/mod.ts";
import { readModel } from "../core/mod.ts";
import { embeddedTables } from "../protocol/mod.ts";
import { Store, thisMachine } from "../store/mod.ts";
import { runCommandLine } from "./command_line.ts";
import type { ConfigParts } from "./config_place.ts";
import { runConfig } from "./config_run.ts";

const no = () => Promise.reject(new Error("not this command"));
const noOther = {
  serve: no,
  simulate: no,
  decode: no,
  record: no,
  replay: no,
  coach: no,
  db: no,
  account: no,
  install: no,
  uninstall: no,
  upgrade: no,
  can: no,
  importLegacy: no,
  sync: no,
  doctor: no,
  version: no,
};

/** Runs `coachiq config …` in this process. */
async function config(args: readonly string[], options: Partial<ConfigParts> = {}) {
  let out = "";
  let err = "";
  const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const code = await runCommandLine(["config", ...args], {
    handlers: {
      ...noOther,
      config: (request) =>
        runConfig(request, {
          output,
          environment: {},
          defaultDataDir: () => "/nowhere/at/all",
          tables: embeddedTables(),
          clock: systemClock,
          ...options,
        }),
    },
    output,
    version: "1.2.3",
  });
  return { code, out, err };
}

/** The same on a folder, whose path is left out of what is printed. */
function on(folder: ConfigFolder, options: Partial<ConfigParts> = {}) {
  return async (...args: string[]) => {
    const { code, out, err } = await config([...args, "--data-dir", folder.path], options);
    return { code, out: out.replaceAll(`${folder.path}/`, ""), err: err.replaceAll(`${folder.path}/`, "") };
  };
}

/** A database with a coach that its owner has edited, preferences, and what the program remembers. */
async function fillDatabase(dataDir: string): Promise<void> {
  const store = new Store({
    dataDir,
    profile: "ssd",
    migrations,
    programVersion: "1.2.3",
    clock: systemClock,
    logger: silentLogger,
  });
  await store.start();
  const document = documentOf(
    readModel("entegra_aspire_44r_2021", new URL("../../reference/models/", import.meta.url)),
  );
  const hash = "0123456789abcdef".repeat(4);
  const modelId = "entegra_aspire_44r_2021";
  store.mappings.apply({
    modelId,
    reason: "import",
    actor: "test",
    changes: rowsOf(document, "factory").map(({ path, value, source }) => ({ path, set: { value, source } })),
    imports: { modelId, version: 3, hash, content: document },
  });
  store.mappings.apply({
    modelId,
    reason: "ours",
    actor: "test",
    changes: [{ path: "/model/name", set: { value: "Our coach", source: "user" } }],
  });
  store.systemSettings.set({ active_model: modelId, base_model_hash: hash, "housekeeping.tidiedAtMs": 5 });
  store.userSettings.set({ "preferences.group_by": "kind", "preferences.names.lamp": "Lamp" });
  await store.stop();
}

Deno.test("config show --origin --json gives each value of all eight layers with the right origin", async () => {
  await using folder = await configFolder({
    "config/system.toml": 'version = 1\n\n[server]\nport = 8001\n[logging]\nlevel = "error"\n',
    "user/config-overrides.toml": 'active_profile = "winter"\n[server]\nport = 8002\n[history]\nraw_days = 3\n',
    "user/profiles/winter.toml": 'inherits = "storage"\n[overrides]\nhistory.raw_days = 9\n',
    "password": "planted-password\n",
  });
  await fillDatabase(folder.path);
  const environment = {
    COACHIQ_SERVER__DEBUG: "true",
    COACHIQ_AUTH__ADMIN_USERNAME: "me",
    COACHIQ_AUTH__ADMIN_PASSWORD_FILE: `${folder.path}/password`,
  };
  const { code, out, err } = await on(folder, { environment })("show", "--origin", "--json");
  assert.deepEqual([code, err], [0, ""]);
  const shown = JSON.parse(out);
  assert.equal(shown.activeProfile, "winter");
  const keys = new Map<string, { value?: unknown; origin: Record<string, unknown>; below?: unknown }>(
    shown.keys.map((entry: { key: string }) => [entry.key, entry]),
  );
  const origins: readonly (readonly [string, unknown, Record<string, unknown>])[] = [
    ["protocol.rvc.edition", "2023-11", { layer: "protocol", where: "reference/*.json" }],
    ["coach.year", 2021, { layer: "model", where: "model entegra_aspire_44r_2021" }],
    ["coach.model_version", 3, { layer: "model", where: "model entegra_aspire_44r_2021" }],
    ["coach.name", "Our coach", { layer: "structure", where: "coach_mappings" }],
    ["server.port", 8002, { layer: "overrides", where: "user/config-overrides.toml", line: 3, column: 8 }],
    ["history.raw_days", 9, { layer: "profile", where: "user/profiles/winter.toml", line: 3, column: 20 }],
    ["logging.level", "warning", { layer: "profile", where: 'profile "storage"' }],
    ["system.active_model", "entegra_aspire_44r_2021", { layer: "state", where: "system_settings" }],
    ["preferences.group_by", "kind", { layer: "preferences", where: "user_settings" }],
    ["preferences.names.lamp", "Lamp", { layer: "preferences", where: "user_settings" }],
    ["server.debug", true, { layer: "environment", where: "COACHIQ_SERVER__DEBUG" }],
    ["auth.admin_password", undefined, { layer: "environment", where: "COACHIQ_AUTH__ADMIN_PASSWORD_FILE" }],
    ["persistence.storage_profile", "custom", { layer: "defaults", where: "schema" }],
    ["server.host", "127.0.0.1", { layer: "defaults", where: "schema" }],
  ];
  for (const [key, value, origin] of origins) {
    assert.deepEqual([key, keys.get(key)?.value, keys.get(key)?.origin], [key, value, origin]);
  }
  assert.deepEqual(keys.get("persistence.data_dir")?.origin, { layer: "flags", where: "--data-dir" });
  const system = { layer: "system", where: "config/system.toml", line: 4, column: 8 };
  assert.deepEqual(keys.get("server.port")?.below, { value: 8001, origin: system });
  assert.deepEqual(keys.get("coach.name")?.below, {
    value: "2021 Entegra Aspire 44R",
    origin: { layer: "model", where: "model entegra_aspire_44r_2021" },
  });
  assert.deepEqual(shown.problems.map(({ file }: { file: string }) => file), [
    "config/system.toml",
    "config",
  ]);
  const text = await on(folder, { environment })("show", "--origin");
  assert.match(text.out, /^server\.port = 8002 +# overrides: user\/config-overrides\.toml:3:8$/m);
  assert.match(text.out, /^auth\.admin_password = \(secret\) +# environment: COACHIQ_AUTH__ADMIN_PASSWORD_FILE$/m);
  const values = JSON.parse((await on(folder, { environment })("show", "--json")).out);
  assert.deepEqual([values["server.port"], values["auth.admin_password"], values["auth.secret_key"]], [
    8002,
    { set: true },
    { set: false },
  ]);
  assert.equal(values["server.public_url"], null);
  assert.doesNotMatch(out + text.out + JSON.stringify(values), /planted/);
});

Deno.test("config show prints one key or a section, and refuses what is neither", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": 'server.port = 8002\ncoach.modle = "x"\n' });
  const run = on(folder);
  assert.deepEqual(await run("show", "server.port"), {
    code: 0,
    out: "server.port = 8002\n",
    err: "user/config-overrides.toml:2:7: coach.modle: is no known key, did you mean coach.model?\n",
  });
  assert.equal((await run("show", "server.public_url")).out, "server.public_url = (not set)\n");
  assert.equal((await run("show", "safety")).out, "safety.arming_seconds = 30\nsafety.quiet_seconds = 30\n");
  assert.equal(
    (await run("show", "preferences.names")).err,
    'Cannot find key "preferences.names": it is a table of keys, expected one of them\n',
  );
  const unknown = await run("show", "server.prot", "--json");
  assert.deepEqual([unknown.code, JSON.parse(unknown.out).state], [1, "refused"]);
  assert.equal(unknown.err, 'Cannot find key "server.prot": it is no known key, did you mean server.port?\n');
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["user"], "nothing was made");
});

Deno.test("config show works where nothing is there yet, and tells why a database says nothing", async () => {
  assert.match((await config(["show"])).out, /^persistence\.data_dir = "\/nowhere\/at\/all"$/m);
  await using folder = await configFolder({ "user/coachiq.db": "this is no database, and long enough to be one" });
  const broken = await on(folder)("show", "server.port");
  assert.deepEqual([broken.code, broken.out], [0, "server.port = 8080\n"]);
  assert.match(broken.err, /^Coach, state and preferences are not shown: Cannot .*coachiq\.db/);
  const foreign = await on(folder, { machine: { ...thisMachine, uid: () => 4711 } })("show", "server.port");
  assert.match(foreign.err, /not shown: Cannot use the data directory .* sudo -u '#\d+' coachiq config/);
});

Deno.test("config check tells everything that is wrong with a system file, without a data directory", async () => {
  await using folder = await configFolder({
    "good.yaml": "server:\n  port: 8001\nauth:\n  admin_username: me\n",
    "bad.json": '{"server": {"port": "eighty", "tls_key_file": "/k"},\n "hub": {"enabled": false}}',
    "broken.toml": "[server\n",
  });
  const check = async (name: string, ...args: string[]) => {
    const { code, out, err } = await config(["check", `${folder.path}/${name}`, ...args]);
    return [code, out, err.replaceAll(`${folder.path}/`, "")];
  };
  assert.deepEqual(await check("good.yaml"), [0, "Nothing is wrong.\n", ""]);
  assert.deepEqual(await check("bad.json"), [
    1,
    "",
    'bad.json:1:21: server.port: is "eighty", expected an integer from 1 to 65535\n' +
    "bad.json:2:10: hub.enabled: is no known key: core services are always on and no key switches them off, remove it\n" +
    "bad.json:1:47: server.tls_key_file: is set without a certificate, expected server.tls_certificate_file beside it\n",
  ]);
  const [code, out] = await check("broken.toml", "--json");
  assert.deepEqual([code, JSON.parse(String(out)).problems.length], [1, 1]);
  assert.match(String((await check("none.toml"))[2]), /^Cannot read "none\.toml": /);
});

Deno.test("config check without a file tells what is wrong with everything", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": "server.port = 0\n" });
  const environment = { COACHIQ_CAN__BITRATE: "250000" };
  assert.deepEqual(await on(folder, { environment })("check"), {
    code: 1,
    out: "",
    err:
      "environment: COACHIQ_CAN__BITRATE: is not read, set the key can.bitrates.<interface> in a configuration file " +
      "instead\nuser/config-overrides.toml:1:15: server.port: is 0, expected an integer from 1 to 65535\n",
  });
  await folder.write("user/config-overrides.toml", "");
  assert.equal((await on(folder)("check")).out, "Nothing is wrong.\n");
  await folder.write("config/system.toml", "server.port = 0\nserver.host = 5\n");
  const refused = await on(folder)("check", "--json");
  assert.equal(refused.code, 1);
  assert.equal(JSON.parse(refused.out).reasons.length, 2);
  assert.equal(
    refused.err,
    'Cannot load configuration "config/system.toml": line 1: server.port is 0, expected an integer from 1 to 65535; ' +
      "line 2: server.host is 5, expected an address such as 127.0.0.1\n",
  );
});

Deno.test("config set and reset change the overrides, keep their comments, and say when it counts", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": "# mine\nserver.port = 8001 # ours\nold = 1\n",
  });
  const run = on(folder);
  const set = await run(
    "set",
    "server.port=8002",
    "history.raw_days = 5",
    'can.interfaces=["can0", "can1"]',
    "server.allowed_hosts=a.example, b.example",
    "can.bitrates.can0=500000",
    "server.debug=true",
    "features.firefly.enabled=false",
    "preferences.names.lamp=Bed = left",
  );
  assert.deepEqual([set.code, set.err], [0, ""]);
  assert.match(set.out, /^server\.port is set, from the next start on\.\nhistory\.raw_days is set\.\n/);
  const text = await folder.read("user/config-overrides.toml");
  assert.match(text, /^# mine$/m);
  assert.match(text, /^server\.port = 8002 # ours$/m);
  const values = JSON.parse((await run("show", "--json")).out);
  assert.deepEqual(values["can.interfaces"], ["can0", "can1"]);
  assert.deepEqual(values["server.allowed_hosts"], ["a.example", "b.example"]);
  assert.deepEqual([values["can.bitrates.can0"], values["server.debug"], values["features.firefly.enabled"]], [
    500000,
    true,
    false,
  ]);
  assert.equal(values["preferences.names.lamp"], "Bed = left");
  const reset = await run("reset", "history.raw_days", "old", "--json");
  assert.deepEqual(JSON.parse(reset.out), {
    command: "reset",
    state: "done",
    message: "history.raw_days is no longer overridden.\nold is no longer overridden.",
    reasons: [],
  });
  assert.equal((await run("check")).out, "Nothing is wrong.\n");
  assert.equal((await run("set", "server.allowed_hosts=")).code, 0);
});

Deno.test("config set refuses with every reason, and changes nothing", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": "server.port = 8001\n" });
  await fillDatabase(folder.path);
  const run = on(folder);
  const refused = await run("set", "server.port=eighty", "server.debug=perhaps", "can.interfaces=[can0", "--json");
  assert.equal(refused.code, 1);
  assert.deepEqual(JSON.parse(refused.out).reasons, [
    'user/config-overrides.toml: server.port: is "eighty", expected an integer from 1 to 65535',
    'user/config-overrides.toml: server.debug: is "perhaps", expected true or false',
    'user/config-overrides.toml: can.interfaces: is "[can0", expected a list of different interfaces such as ["can0", ' +
    '"can1"], or ["sim"], or ["replay:FILE"]',
  ]);
  assert.equal(
    (await run("set", "preferences.group_by=area")).err,
    "Cannot change preferences.group_by: user_settings sets it and counts for more, expected it gone\n",
  );
  assert.equal((await run("set", "auth.jwt_secret=planted")).err.includes("planted"), false);
  assert.equal(await folder.read("user/config-overrides.toml"), "server.port = 8001\n");
  assert.equal((await run("set", "=5")).code, 2);
  assert.equal((await run("set", "server.port")).code, 2);
  const foreign = on(folder, { machine: { ...thisMachine, uid: () => 4711 } });
  assert.match((await foreign("set", "server.port=1")).err, /belongs to user \d+, .* sudo -u '#\d+' coachiq config/);
  assert.match((await config(["set", "server.port=1"])).err, /^Cannot find the data directory "\/nowhere\/at\/all"/);
});

Deno.test("config profiles makes, lists, previews, switches, hands out and takes in", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": "history.raw_days = 3\nserver.port = 8001\n",
  });
  const run = on(folder);
  assert.match(
    (await run("profiles", "create", "beach", "--description", "By the sea.")).out,
    /^Profile "beach" is made/,
  );
  assert.equal(
    (await run("profiles", "create", "beach")).err,
    'Cannot save profile "beach": there is one of this name, expected the word to replace it\n',
  );
  assert.equal((await run("profiles", "create", "beach", "--replace", "--inherits", "camping")).code, 0);
  assert.match(
    (await run("profiles", "list")).out,
    /^ {2}camping {2}Living .*\n {2}storage {2}The .*\n {2}beach {4}\n$/s,
  );
  assert.equal((await run("profiles", "preview", "beach")).out, "history.min_interval_seconds: 60 → 15\n");
  assert.match((await run("profiles", "switch", "beach")).out, /"beach" is active now/);
  assert.match((await run("profiles", "list")).out, /^\* beach/m);
  assert.equal((await run("show", "history.min_interval_seconds")).out, "history.min_interval_seconds = 15\n");
  const shown = await run("profiles", "show", "beach");
  assert.match(shown.out, /^Name {11}beach \(active\)$/m);
  assert.match(shown.out, /^Inherits from {2}camping$/m);
  assert.match(shown.out, /^Sets {11}server\.port = 8001$/m);
  assert.match((await run("profiles", "show", "camping")).out, /^Made {11}part of the program$/m);
  assert.equal(JSON.parse((await run("profiles", "show", "beach", "--json")).out).name, "beach");
  assert.equal(JSON.parse((await run("profiles", "list", "--json")).out).profiles.length, 3);
  assert.deepEqual(JSON.parse((await run("profiles", "preview", "none", "--json")).out), {
    name: null,
    changes: [{ key: "history.min_interval_seconds", from: 15, to: 60, reload: "live" }],
  });
  const file = `${folder.path}/out.toml`;
  assert.match((await run("profiles", "export", "beach", file)).out, /^Wrote profile "beach" to "out\.toml"/);
  assert.match((await run("profiles", "export", "beach", file)).err, /^Cannot write "out\.toml": /);
  const toml = (await run("profiles", "export", "beach")).out;
  assert.equal(toml, await folder.read("out.toml"));
  assert.equal(JSON.parse((await run("profiles", "export", "beach", "--json")).out).toml, toml);
  assert.equal(JSON.parse((await run("profiles", "export", "beach", `${file}2`, "--json")).out).state, "done");
  assert.match((await run("profiles", "delete", "beach")).err, /it is the active one/);
  assert.equal((await run("profiles", "switch", "none")).out, "No profile is active now.\n");
  assert.match((await run("profiles", "delete", "beach")).out, /is deleted; a backup of it stays/);
  assert.match((await run("profiles", "import", file)).out, /^Profile "beach" is taken in/);
  assert.match((await run("profiles", "import", file)).err, /^Cannot save profile "beach"/);
  assert.equal((await run("profiles", "import", file, "--replace")).code, 0);
  assert.equal((await run("profiles", "show", "none")).err, 'Cannot find profile "none": there is none of this name\n');
  assert.equal((await run("profiles", "preview", "none")).out, "Nothing would change.\n");
  assert.match((await run("profiles", "preview", "storage")).out, /^logging\.level: "info" → "warning"$/m);
});

Deno.test("config profiles tells what is wrong with one, and hands out no secret that was put into it", async () => {
  await using folder = await configFolder({
    "user/profiles/odd.toml": '[overrides]\nserver.host = "::1"\nauth.secret_key = "planted"\n',
  });
  const run = on(folder);
  const all = [
    await run("profiles", "list"),
    await run("profiles", "show", "odd"),
    await run("profiles", "export", "odd"),
    await run("profiles", "switch", "odd"),
  ];
  assert.deepEqual(all.map(({ code }) => code), [0, 0, 1, 1]);
  assert.match(all[0]?.out ?? "", /odd.*\(not usable: user\/profiles\/odd\.toml:3:19: auth\.secret_key: is a secret/);
  assert.match(all[1]?.out ?? "", /^Problem {8}user\/profiles/m);
  assert.match(all[1]?.out ?? "", /^Made {11}unknown$/m);
  assert.doesNotMatch(JSON.stringify(all), /planted/);
});

Deno.test("config backups keeps, lists, restores and deletes", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": "server.port = 8001\n" });
  const run = on(folder);
  assert.match((await run("backups", "list")).out, /no backup yet/);
  assert.match((await run("backups", "create", "good")).out, /^The overrides are kept as backup .*named\.good/);
  await run("set", "server.port=8002");
  const { backups } = JSON.parse((await run("backups", "list", "--json")).out);
  assert.deepEqual(backups.map(({ name }: { name: string | null }) => name).sort(), ["good", null]);
  const listed = (await run("backups", "list")).out;
  assert.match(listed, /config-overrides\.toml, \d{4}-.*Z, 19 bytes, "good"$/m);
  assert.match(listed, /bytes, before a change$/m);
  const { id } = backups.find(({ name }: { name: string | null }) => name === "good");
  assert.equal((await run("backups", "restore", id)).code, 0);
  assert.equal((await run("show", "server.port")).out, "server.port = 8001\n");
  assert.equal((await run("backups", "delete", id)).out, "The backup is deleted.\n");
  assert.match((await run("backups", "restore", id)).err, /^Cannot find backup/);
});
