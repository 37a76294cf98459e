import assert from "node:assert/strict";
import { configKeys } from "./config_keys.ts";
import { readEnvironment } from "./environment.ts";
import { configFileVariable, environmentVariables } from "./environment_variables.ts";
import { findKey } from "./find_key.ts";
import { legacySuccessors } from "./legacy_variables.ts";
import { problemLine } from "./problem_text.ts";
import { Secret } from "./secret.ts";

async function withFile<T>(data: string | Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, typeof data === "string" ? new TextEncoder().encode(data) : data);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readEnvironment() reads exactly the variables of the design", () => {
  const names = environmentVariables.flatMap(({ name, secret }) => secret ? [name, `${name}_FILE`] : [name]);
  assert.deepEqual([configFileVariable, ...names].sort(), [
    "COACHIQ_AUTH__ADMIN_PASSWORD",
    "COACHIQ_AUTH__ADMIN_PASSWORD_FILE",
    "COACHIQ_AUTH__ADMIN_USERNAME",
    "COACHIQ_AUTH__JWT_SECRET",
    "COACHIQ_AUTH__JWT_SECRET_FILE",
    "COACHIQ_CONFIG_FILE",
    "COACHIQ_LOGGING__LEVEL",
    "COACHIQ_NOTIFICATIONS__SMTP__HOST",
    "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD",
    "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE",
    "COACHIQ_NOTIFICATIONS__SMTP__USERNAME",
    "COACHIQ_PERSISTENCE__DATA_DIR",
    "COACHIQ_SECURITY__SECRET_KEY",
    "COACHIQ_SECURITY__SECRET_KEY_FILE",
    "COACHIQ_SERVER__DEBUG",
    "COACHIQ_STORAGE_PROFILE",
  ]);
  for (const { key, secret } of environmentVariables) {
    const { definition } = findKey(key);
    assert.equal(definition.facts.secret, secret, key);
    assert(definition.layers.has("environment"), key);
  }
  const secrets = configKeys.filter(({ facts }) => facts.secret).map(({ key }) => key);
  assert.deepEqual(
    secrets,
    environmentVariables.filter(({ secret }) => secret).map(({ key }) => key).sort(
      (a, b) => secrets.indexOf(a) - secrets.indexOf(b),
    ),
  );
});

Deno.test("readEnvironment() takes values with their variable as origin, and what is empty as not set", async () => {
  const { leaves, problems, configFile } = await readEnvironment({
    COACHIQ_CONFIG_FILE: "/etc/coachiq.toml",
    COACHIQ_PERSISTENCE__DATA_DIR: "/data",
    COACHIQ_SERVER__DEBUG: "On",
    COACHIQ_LOGGING__LEVEL: "WARNING",
    COACHIQ_STORAGE_PROFILE: "",
    COACHIQ_AUTH__ADMIN_USERNAME: undefined,
    PATH: "/bin",
  });
  assert.deepEqual(leaves.map(({ key, value, origin }) => [key, value, origin.layer, origin.where]), [
    ["persistence.data_dir", "/data", "environment", "COACHIQ_PERSISTENCE__DATA_DIR"],
    ["server.debug", true, "environment", "COACHIQ_SERVER__DEBUG"],
    ["logging.level", "warning", "environment", "COACHIQ_LOGGING__LEVEL"],
  ]);
  assert.equal(configFile, "/etc/coachiq.toml");
  assert.deepEqual(problems, []);
  const off = await readEnvironment({ COACHIQ_SERVER__DEBUG: "0" });
  assert.equal(off.leaves[0]?.value, false);
  assert.equal(off.configFile, undefined);
});

Deno.test("readEnvironment() reads secrets from files without one line break at their end", async () => {
  for (
    const [text, secret] of [["correct horse\n", "correct horse"], ["correct horse\r\n", "correct horse"], [
      " two lines \n\n",
      " two lines \n",
    ]] as const
  ) {
    await withFile(text, async (path) => {
      const { leaves: [leaf], problems } = await readEnvironment({
        COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE: path,
      });
      assert(leaf?.value instanceof Secret);
      assert.equal(leaf.value.reveal(), secret);
      assert.equal(leaf.origin.where, "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE");
      assert.deepEqual(problems, []);
    });
  }
});

Deno.test("readEnvironment() reads a secret in a variable, with a warning that does not show it", async () => {
  const { leaves: [leaf], problems } = await readEnvironment({ COACHIQ_AUTH__ADMIN_PASSWORD: "planted-password" });
  assert(leaf?.value instanceof Secret && leaf.value.reveal() === "planted-password");
  assert.deepEqual(problems.map(problemLine), [
    "environment: COACHIQ_AUTH__ADMIN_PASSWORD: holds a secret that other programs of this machine can see, " +
    "name a file with COACHIQ_AUTH__ADMIN_PASSWORD_FILE instead",
  ]);
});

Deno.test("readEnvironment() says why a secret file is none, and never what is in it", async () => {
  const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ["", /which is empty, expected one that holds the secret$/],
    ["\n", /which is empty/],
    ["planted".repeat(10_000), /which has 70000 bytes, expected at most 65536$/],
    [new Uint8Array([0x70, 0xff, 0xfe]), /which is no text in UTF-8, expected one$/],
    ["planted", /COACHIQ_SECURITY__SECRET_KEY_FILE is too short, expected at least 32 characters$/],
  ];
  for (const [data, sentence] of cases) {
    await withFile(data, async (path) => {
      await assert.rejects(readEnvironment({ COACHIQ_SECURITY__SECRET_KEY_FILE: path }), (error: Error) => {
        assert.match(error.message, sentence);
        assert.doesNotMatch(error.message, /planted/);
        return true;
      });
    });
  }
  // A file that the kernel refuses to read, whoever asks.
  await assert.rejects(
    readEnvironment({ COACHIQ_SECURITY__SECRET_KEY_FILE: "/proc/self/mem" }),
    /which cannot be read \(.*\), expected one that this user may read$/,
  );
});

const old: readonly (readonly [string, string])[] = [
  ["COACHIQ_APP_NAME", "is not read and no key replaces it, remove it"],
  ["COACHIQ_API_DOMAINS__COMMAND_TIMEOUT_SECONDS", "is not read and no key replaces it, remove it"],
  ["COACHIQ_AUTH__SECRET_KEY", "is not read, set COACHIQ_SECURITY__SECRET_KEY_FILE instead"],
  ["COACHIQ_CAN__BITRATE", "is not read, set the key can.bitrates.<interface> in a configuration file instead"],
  ["COACHIQ_CAN__INTERFACES", "is not read, set the key can.interfaces in a configuration file instead"],
  ["COACHIQ_CAN__TIMEOUT", "is not read and no key replaces it, remove it"],
  ["COACHIQ_CONTROLLER_SOURCE_ADDR", "is not read, set the key can.source_address in a configuration file instead"],
  ["COACHIQ_CORS__ALLOW_ORIGINS", "is not read, set the key server.cors_origins in a configuration file instead"],
  ["COACHIQ_ENVIRONMENT", "is not read, set the key persistence.storage_profile in a configuration file instead"],
  [
    "COACHIQ_FEATURES__ENABLE_API_DOCS",
    "is not read, set the key features.api_docs.enabled in a configuration file instead",
  ],
  ["COACHIQ_FEATURES__ENABLE_VECTOR_SEARCH", "is not read and no key replaces it, remove it"],
  ["COACHIQ_FIREFLY__ENABLED", "is not read, set the key features.firefly.enabled in a configuration file instead"],
  ["COACHIQ_HISTORY__RAW_DAYS", "is not read, set the key history.raw_days in a configuration file instead"],
  ["COACHIQ_J1939__ENABLED", "is not read, set the key features.j1939.enabled in a configuration file instead"],
  ["COACHIQ_LOGGING__LOG_FILE", "is not read, set the key logging.file in a configuration file instead"],
  [
    "COACHIQ_PERFORMANCE_ANALYTICS__ENABLED",
    "is not read, set the key features.system_analytics.enabled in a configuration file instead",
  ],
  ["COACHIQ_RVC__COACH_MODEL", "is not read, set the key coach.model in a configuration file instead"],
  ["COACHIQ_SECURITY__ALLOWED_IPS", "is not read, set the key server.allowed_networks in a configuration file instead"],
  ["COACHIQ_SERVER__PORT", "is not read, set the key server.port in a configuration file instead"],
  [
    "COACHIQ_SPARTAN_K2__ENABLED",
    "is not read, set the key features.spartan_k2.enabled in a configuration file instead",
  ],
  ["COACHIQ_SYSTEM__ACTIVE_MODEL", "is not read and no key replaces it, remove it"],
  ["COACHIQ_toString", "is not read and no key replaces it, remove it"],
];

Deno.test("readEnvironment() warns once for each variable of older programs, with the key that replaces it", async () => {
  const environment = Object.fromEntries(old.map(([name]) => [name, "planted"]));
  const { problems, leaves } = await readEnvironment(environment);
  assert.deepEqual(problems.map(({ key, text }) => [key, text]), old.toSorted(([a], [b]) => a < b ? -1 : 1));
  assert.deepEqual(leaves, []);
  assert(!problems.map(problemLine).join().includes("planted"));
});

Deno.test("every key and variable that a warning can name exists", () => {
  const keys = new Set(configKeys.map(({ key }) => key));
  const variables = new Set([
    configFileVariable,
    ...environmentVariables.map(({ name, secret }) => secret ? `${name}_FILE` : name),
  ]);
  for (const successor of legacySuccessors) {
    assert(keys.has(successor) || variables.has(successor), successor);
  }
  assert(legacySuccessors.length > 40);
});
