import assert from "node:assert/strict";
import { checkTree } from "./check_tree.ts";
import { ConfigError } from "./config_error.ts";
import { readEnvironment } from "./environment.ts";
import { readVersioned } from "./file_version.ts";
import { parseConfig } from "./parse_config.ts";
import { problemLine } from "./problem_text.ts";
import { readProfile } from "./profiles.ts";
import { checkSystemText } from "./system_file.ts";

/** What is wrong with a text as overrides, one line each. */
function wrongOverrides(text: string): readonly string[] {
  const read = parseConfig(text, { file: "o.toml", format: "toml" });
  if (read.kind === "problems") return read.problems.map(problemLine);
  return checkTree(read.parsed.tree, { layer: "overrides", where: "o.toml", ...read.parsed }).problems.map(problemLine);
}

const overrides: readonly (readonly [string, ...string[]])[] = [
  [
    '[server]\nhost = "127.0.0.1"\n# below\nport = "eighty"',
    'o.toml:4:8: server.port: is "eighty", expected an integer from 1 to 65535',
  ],
  ["server.port = 0", "o.toml:1:15: server.port: is 0, expected an integer from 1 to 65535"],
  ["server.port = 80.5", "o.toml:1:15: server.port: is 80.5, expected an integer from 1 to 65535"],
  ["server.port = true", "o.toml:1:15: server.port: is true, expected an integer from 1 to 65535"],
  ["server.port = [80]", "o.toml:1:15: server.port: is [80], expected an integer from 1 to 65535"],
  ["server.port.number = 80", "o.toml:1:8: server.port: is a table, expected an integer from 1 to 65535"],
  ["server = 80", "o.toml:1:10: server: is 80, expected a table with keys such as server.host"],
  ["[[server]]\nport = 80", 'o.toml:1:1: server: is [{"port":80}], expected a table with keys such as server.host'],
  ["[server]\nprot = 80", "o.toml:2:1: server.prot: is no known key, did you mean server.port?"],
  ["[servr]\nport = 80", "o.toml:1:2: servr: is no known key, did you mean server?"],
  ['[server]\nlevel = "debug"', "o.toml:2:1: server.level: is no known key, did you mean logging.level?"],
  ["[server]\nquux_quux = 1", "o.toml:2:1: server.quux_quux: is no known key"],
  ['"server.port" = 80', 'o.toml:1:1: "server.port": is one key in quotes, expected "port" in the table "server"'],
  ['logging.level = "loud"', 'o.toml:1:17: logging.level: is "loud", expected one of debug, info, warning, error'],
  ['logging.level = "INFO"', 'o.toml:1:17: logging.level: is "INFO", expected one of debug, info, warning, error'],
  [
    'logging.areas.Hub = "debug"',
    "o.toml:1:15: logging.areas.Hub: is no known key: Hub is no name here, expected an area of the program such as hub",
  ],
  [
    'logging.areas.hub = "loud"',
    'o.toml:1:21: logging.areas.hub: is "loud", expected one of debug, info, warning, error',
  ],
  [
    'logging.areas = "debug"',
    'o.toml:1:17: logging.areas: is "debug", expected a table with keys such as logging.areas.<area>',
  ],
  ['server.debug = "yes"', 'o.toml:1:16: server.debug: is "yes", expected true or false'],
  [
    'server.allowed_networks = ["10.0.0.0/8", "10.0.0.0/80"]',
    'o.toml:1:42: server.allowed_networks: has "10.0.0.0/80", expected a list of networks such as 192.168.8.0/24',
  ],
  [
    'server.allowed_networks = "10.0.0.0/8"',
    'o.toml:1:27: server.allowed_networks: is "10.0.0.0/8", expected a list of networks such as 192.168.8.0/24',
  ],
  [
    'can.interfaces = ["can0", "can0"]',
    'o.toml:1:18: can.interfaces: is ["can0","can0"], expected a list of different interfaces such as ["can0", "can1"], or ["sim"], or ["replay:FILE"]',
  ],
  [
    'can.interfaces = ["sim", "can0"]',
    'o.toml:1:18: can.interfaces: is ["sim","can0"], expected a list of different interfaces such as ["can0", "can1"], or ["sim"], or ["replay:FILE"]',
  ],
  [
    "can.bitrates.can0 = 300000",
    "o.toml:1:21: can.bitrates.can0: is 300000, expected one of 125000, 250000, 500000, 1000000",
  ],
  ["can.source_address = 0xFF", "o.toml:1:22: can.source_address: is 255, expected an integer from 128 to 253"],
  ["history.raw_days = 91", "o.toml:1:20: history.raw_days: is 91, expected an integer from 1 to 90"],
  ["history.raw_days = -1", "o.toml:1:20: history.raw_days: is -1, expected an integer from 1 to 90"],
  [
    'persistence.data_dir = "/else"',
    "o.toml:1:13: persistence.data_dir: is for the installer, expected it in the system file",
  ],
  [
    'coach.name = "Mine"',
    "o.toml:1:7: coach.name: is a fact of the coach model, expected the change in Settings, Coach",
  ],
  ['protocol.rvc.edition = "1999"', "o.toml:1:14: protocol.rvc.edition: is a fact of this release, nobody sets it"],
  ['system.active_model = "x"', "o.toml:1:8: system.active_model: is written by the program alone, nobody sets it"],
  [
    "persistence.enabled = false",
    "o.toml:1:13: persistence.enabled: is no known key: core services are always on and no key switches them off, remove it",
  ],
  [
    "[core.hub]\nenabled = false",
    "o.toml:2:1: core.hub.enabled: is no known key: core services are always on and no key switches them off, remove it",
  ],
  ["[core]", "o.toml:1:2: core: is no known key: core services are always on and no key switches them off, remove it"],
  [
    "features.database.enabled = false",
    "o.toml:1:19: features.database.enabled: is no known key: core services are always on and no key switches them off, remove it",
  ],
  [
    "websocket.enabled = false",
    "o.toml:1:11: websocket.enabled: is no known key: core services are always on and no key switches them off, remove it",
  ],
  ["features.mqt.enabled = true", "o.toml:1:10: features.mqt: is no known key, did you mean features.mqtt?"],
  [
    'auth.secret_key = "planted-secret"',
    "o.toml:1:19: auth.secret_key: is a secret, which no file of the configuration holds, expected a file named by an environment variable that ends in _FILE",
  ],
  [
    'preferences.names."Front lamp" = "x"',
    'o.toml:1:19: preferences.names."Front lamp": is no known key: "Front lamp" is no name here, expected the id of an entity such as bedroom_ceiling',
  ],
  [
    `preferences.names.lamp = "${"x".repeat(81)}"`,
    `o.toml:1:26: preferences.names.lamp: is "${"x".repeat(60)}…", expected a text of 1 to 80 characters`,
  ],
  [
    "server.port = 80\nserver.port = 81",
    "o.toml:2:8: server.port: is written in line 1 and again in line 2, expected once",
  ],
  [
    "server.port = 1\nhistory.raw_days = 0\n[can]\nspeed = 1",
    "o.toml:2:20: history.raw_days: is 0, expected an integer from 1 to 90",
    "o.toml:4:1: can.speed: is no known key",
  ],
];

Deno.test("checkTree() names file, line, column, key, what is true and what was wanted, for each bad override", () => {
  for (const [text, ...lines] of overrides) assert.deepEqual(wrongOverrides(text), lines, text);
  assert.equal(overrides.length, 42);
});

Deno.test("no problem of an override shows the value of a secret", () => {
  for (
    const key of ["auth.secret_key", "auth.jwt_secret", "auth.admin_password", "features.notifications.smtp.password"]
  ) {
    const [line = ""] = wrongOverrides(`${key} = "planted-secret"`);
    assert.match(line, /is a secret/);
    assert.doesNotMatch(line, /planted/);
  }
});

const systems: readonly (readonly [string, string, string])[] = [
  ["s.toml", "server.port = 70000", "s.toml:1:15: server.port: is 70000, expected an integer from 1 to 65535"],
  [
    "s.json",
    '{\n  "server": {"port": "80"}\n}',
    's.json:2:22: server.port: is "80", expected an integer from 1 to 65535',
  ],
  [
    "s.json",
    '{"server.port": 80}',
    's.json:1:2: "server.port": is one key in quotes, expected "port" in the table "server"',
  ],
  ["s.yaml", "server:\n  port: none", 's.yaml:2:9: server.port: is "none", expected an integer from 1 to 65535'],
  ["s.yml", "server:\n  port:", "s.yml:2:8: server.port: is null, expected an integer from 1 to 65535"],
  [
    "s.toml",
    'persistence.storage_profile = "floppy"',
    's.toml:1:31: persistence.storage_profile: is "floppy", expected one of ssd, sdcard, custom, development',
  ],
  [
    "s.toml",
    'persistence.data_dir = "data"',
    's.toml:1:24: persistence.data_dir: is "data", expected an absolute path',
  ],
  [
    "s.toml",
    'auth.admin_username = "the boss"',
    's.toml:1:23: auth.admin_username: is "the boss", expected a name of letters, digits, dots, hyphens and underscores',
  ],
  [
    "s.toml",
    'system.base_model_hash = "00"',
    "s.toml:1:8: system.base_model_hash: is written by the program alone, nobody sets it",
  ],
  ["s.toml", 'active_profile = "camping"', "s.toml:1:1: active_profile: is no known key"],
];

Deno.test("checkSystemText() tells what is wrong with a system file of each format", () => {
  for (const [file, text, line] of systems) {
    assert.deepEqual(checkSystemText(text, file).problems.map(problemLine), [line], text);
  }
});

const profiles: readonly (readonly [string, string])[] = [
  ["[overrides]\nserver.port = 0", "p.toml:2:15: server.port: is 0, expected an integer from 1 to 65535"],
  ["[overrides.server]\nprot = 1", "p.toml:2:1: server.prot: is no known key, did you mean server.port?"],
  ["overrides = 5", "p.toml:1:13: overrides: is 5, expected a table of keys"],
  ["server.port = 80", "p.toml:1:1: server: is no key of a profile"],
  ['descripton = "x"', "p.toml:1:1: descripton: is no key of a profile, did you mean description?"],
  ["description = 5", "p.toml:1:1: description: is 5, expected a text of at most 500 characters"],
  ['author = ["me"]', 'p.toml:1:1: author: is ["me"], expected a text of at most 100 characters'],
  [
    'created_at = "yesterday"',
    'p.toml:1:1: created_at: is "yesterday", expected a time such as "2026-05-01T12:00:00Z"',
  ],
  ['inherits = "../system"', 'p.toml:1:1: inherits: is "../system", expected the name of a profile'],
  ['name = "other"', 'p.toml:1:1: name: is "other", expected "p" as the file is called'],
  [
    'name = ".."',
    'p.toml:1:1: name: is "..", expected 1 to 64 letters, digits, hyphens and underscores, the first a letter or digit',
  ],
];

/** What is wrong with a text as the profile "p". */
function wrongProfile(text: string): readonly string[] {
  const read = readVersioned(text, { file: "p.toml", format: "toml" });
  const problems = read.kind === "problems"
    ? read.problems
    : readProfile("p", { ...read.parsed, file: "p.toml" }).problems;
  return problems.map(problemLine);
}

Deno.test("readProfile() tells what is wrong with a profile", () => {
  for (const [text, line] of profiles) {
    assert.deepEqual(wrongProfile(text), [line], text);
  }
});

const environments: readonly (readonly [Record<string, string>, string])[] = [
  [
    { COACHIQ_PERSISTENCE__ENABLED: "true" },
    'Cannot load configuration "environment": COACHIQ_PERSISTENCE__ENABLED is set, but persistence is a core service and always on, remove it from the environment of the service',
  ],
  [{ COACHIQ_PERSISTENCE__ENABLED: "" }, ""],
  [
    { COACHIQ_LOGGING__LEVEL: "loud" },
    'Cannot load configuration "environment": COACHIQ_LOGGING__LEVEL is "loud", expected one of debug, info, warning, error',
  ],
  [
    { COACHIQ_SERVER__DEBUG: "perhaps" },
    'Cannot load configuration "environment": COACHIQ_SERVER__DEBUG is "perhaps", expected true or false',
  ],
  [
    { COACHIQ_STORAGE_PROFILE: "floppy" },
    'Cannot load configuration "environment": COACHIQ_STORAGE_PROFILE is "floppy", expected one of ssd, sdcard, custom, development',
  ],
  [
    { COACHIQ_PERSISTENCE__DATA_DIR: "data" },
    'Cannot load configuration "environment": COACHIQ_PERSISTENCE__DATA_DIR is "data", expected an absolute path',
  ],
  [
    { COACHIQ_SECURITY__SECRET_KEY: "planted" },
    'Cannot load configuration "environment": COACHIQ_SECURITY__SECRET_KEY is too short, expected at least 32 characters',
  ],
  [
    { COACHIQ_AUTH__JWT_SECRET: "a", COACHIQ_AUTH__JWT_SECRET_FILE: "/b" },
    'Cannot load configuration "environment": COACHIQ_AUTH__JWT_SECRET is set and so is COACHIQ_AUTH__JWT_SECRET_FILE, expected one of them',
  ],
  [
    { COACHIQ_AUTH__ADMIN_PASSWORD_FILE: "/nowhere/x" },
    'Cannot load configuration "environment": COACHIQ_AUTH__ADMIN_PASSWORD_FILE names the file "/nowhere/x", which is not there, expected one that holds the secret',
  ],
  [
    { COACHIQ_AUTH__ADMIN_PASSWORD_FILE: "/" },
    'Cannot load configuration "environment": COACHIQ_AUTH__ADMIN_PASSWORD_FILE names the file "/", which is no file, expected one that holds the secret',
  ],
  [
    { COACHIQ_LOGGING__LEVEL: "loud", COACHIQ_SERVER__DEBUG: "2" },
    'Cannot load configuration "environment": COACHIQ_SERVER__DEBUG is "2", expected true or false; COACHIQ_LOGGING__LEVEL is "loud", expected one of debug, info, warning, error',
  ],
];

Deno.test("readEnvironment() stops the start with a sentence for each bad variable", async () => {
  for (const [environment, sentence] of environments) {
    let told = "";
    try {
      await readEnvironment(environment);
    } catch (error) {
      assert(error instanceof ConfigError);
      told = error.message;
    }
    assert.equal(told, sentence);
    assert.doesNotMatch(told, /planted/);
  }
});

Deno.test("checkTree() leaves out of a table of the database what is wrong or none of it", () => {
  const { leaves, problems } = checkTree(
    { preferences: { group_by: "size", names: { lamp: "Lamp" } }, server: { port: 80 } },
    { layer: "preferences", where: "user_settings" },
  );
  assert.deepEqual(leaves.map(({ key }) => key), ["preferences.names.lamp"]);
  assert.deepEqual(problems.map(problemLine), [
    'user_settings: preferences.group_by: is "size", expected one of area, kind',
    "user_settings: server.port: is not kept here, expected it in system or overrides or profile or environment or flags",
  ]);
});
