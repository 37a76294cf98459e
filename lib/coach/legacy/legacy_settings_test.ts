import assert from "node:assert/strict";
import { legacyTree } from "../../../tests/fixtures/legacy_trees.ts";
import { legacyKeys } from "../../cli/legacy_keys.ts";
import { unreadVariableText } from "../../config/legacy_variables.ts";
import type { Json } from "../mapping.ts";
import { secretKeys, settingRules } from "./legacy_setting_table.ts";
import { type LegacyPlan, planLegacyImport } from "./mod.ts";

const aspire = planLegacyImport(legacyTree("aspire_44r"), { keys: legacyKeys });
const ofEnvironment = (...lines: readonly string[]) =>
  planLegacyImport(new Map([["coachiq.env", lines.join("\n")]]), { keys: legacyKeys });
const valuesOf = ({ settings }: LegacyPlan) => Object.fromEntries(settings.map(({ key, value }) => [key, value]));
const reasonsOf = ({ notMapped }: LegacyPlan) =>
  notMapped.filter(({ where }) => where.file === "coachiq.env").map(({ why }) => why);

Deno.test("planLegacyImport() turns variables and TOML into keys of today, the environment first", () => {
  assert.deepEqual(valuesOf(aspire), {
    "server.host": "0.0.0.0",
    "server.port": 8090,
    "server.allowed_networks": ["192.168.8.0/24", "10.0.0.5"],
    "can.interfaces": ["can0", "can1"],
    "logging.level": "info",
    "logging.max_megabytes": 10,
    "persistence.data_dir": "/var/lib/coachiq",
    "backups.daily_keep_days": 45,
    "persistence.storage_profile": "ssd",
    "features.authentication.enabled": true,
    "auth.admin_username": "captain",
    "auth.session_days": 2,
    "features.notifications.enabled": true,
    "features.notifications.smtp.host": "mail.example.net",
    "features.notifications.smtp.port": 465,
    "features.notifications.smtp.security": "tls",
    "features.notifications.smtp.username": "coach@example.net",
    "features.notifications.smtp.from": "coach@example.net",
    "features.j1939.enabled": true,
    "features.spartan_k2.enabled": true,
    "features.api_docs.enabled": false,
  });
  const port = aspire.settings.find(({ key }) => key === "server.port");
  assert.deepEqual(port?.from, { file: "user/config-overrides.toml", line: 3, column: 8 });
  const installers = aspire.settings.filter(({ who }) => who === "installer").map(({ key }) => key);
  assert.deepEqual(installers, [
    "persistence.data_dir",
    "persistence.storage_profile",
    "features.authentication.enabled",
    "auth.admin_username",
  ]);
  assert.equal(aspire.settings.find(({ key }) => key === "logging.level")?.isDefault, true);
});

Deno.test("planLegacyImport() names secrets and never says them", () => {
  assert.deepEqual(aspire.secrets.map(({ name, setWith }) => [name, setWith]), [
    ["COACHIQ_SECURITY__SECRET_KEY", "COACHIQ_SECURITY__SECRET_KEY_FILE"],
    ["COACHIQ_AUTH__ADMIN_PASSWORD", "COACHIQ_AUTH__ADMIN_PASSWORD_FILE"],
    ["COACHIQ_AUTH__OAUTH_GITHUB_CLIENT_SECRET", undefined],
    ["COACHIQ_NOTIFICATIONS__SMTP__PASSWORD", "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE"],
    ["COACHIQ_NOTIFICATIONS__PUSHOVER__TOKEN", undefined],
    ["notifications.slack.webhook_url", undefined],
  ]);
  const said = [aspire, planLegacyImport(legacyTree("first_form"), { keys: legacyKeys })].map((plan) =>
    JSON.stringify(plan)
  ).join();
  for (
    const secret of [
      "signing-key",
      "admin-password",
      "github-secret",
      "mail-password",
      "pushover-token",
      "slack-webhook",
      "first-form-token",
      "first-form-user",
    ]
  ) {
    assert.equal(said.includes(`${secret}-value`), false, secret);
  }
});

Deno.test("planLegacyImport() says no value that it did not take: nobody knows what stands there", () => {
  const word = "hunter2hunter2";
  const plan = ofEnvironment(
    `COACHIQ_SERVER__PORT=${word}`,
    `COACHIQ_SERVER__HOST=user:${word}@host`,
    `COACHIQ_AUTH__BASE_URL=https://user:${word}@example.net`,
    `COACHIQ_LOGGING__LEVEL=${word}`,
    `COACHIQ_SOMETHING__NEW=${word}`,
    `COACHIQ_NOTIFICATIONS__WEBHOOK__TARGET_AUTH_TOKEN=${word}`,
    `COACHIQ_CAN__INTERFACES=${word}${word}`,
    `COACHIQ_DATABASE__POSTGRES_PASSWORD=${word}`,
  );
  assert.equal(JSON.stringify(plan).includes(word), false, JSON.stringify(plan.settings));
  assert.deepEqual(plan.settings, []);
  assert.deepEqual(plan.counts.settings, { found: 8, mapped: 0, listed: 8 });
});

Deno.test("planLegacyImport() converts each form of a value, or says what was wanted", () => {
  const cases: readonly (readonly [readonly string[], Readonly<Record<string, Json>>])[] = [
    [['COACHIQ_CAN__INTERFACES=["can0", "can1"]'], { "can.interfaces": ["can0", "can1"] }],
    [["COACHIQ_CAN__INTERFACE=can1"], { "can.interfaces": ["can1"] }],
    [["COACHIQ_CAN__INTERFACE=can1", "COACHIQ_CAN__INTERFACES=can0"], { "can.interfaces": ["can0"] }],
    [["COACHIQ_CAN__INTERFACE_MAPPINGS=house:can1,chassis=can0"], { "can.interfaces": ["can1", "can0"] }],
    [['COACHIQ_CAN__INTERFACE_MAPPINGS={"house": "can1", "chassis": "can1"}'], { "can.interfaces": ["can1"] }],
    [["COACHIQ_CAN__INTERFACES=virtual0"], {}],
    [["COACHIQ_CONTROLLER_SOURCE_ADDR=0xA0"], { "can.source_address": 160 }],
    [["COACHIQ_CONTROLLER_SOURCE_ADDR=0xF9"], {}],
    [["COACHIQ_CONTROLLER_SOURCE_ADDR=5"], {}],
    [["COACHIQ_LOGGING__LEVEL=CRITICAL"], { "logging.level": "error" }],
    [["COACHIQ_LOGGING__LEVEL=loud"], {}],
    [["COACHIQ_LOGGING__LOG_FILE=/var/log/coachiq.log"], { "logging.file": "/var/log/coachiq.log" }],
    [["COACHIQ_LOGGING__LOG_FILE=coach.log"], { "logging.file": "coach.log" }],
    [["COACHIQ_LOGGING__LOG_FILE=../coach.log"], {}],
    [["COACHIQ_LOGGING__MAX_BYTES=1500000"], { "logging.max_megabytes": 2 }],
    [["COACHIQ_SERVER__DEBUG=Yes"], { "server.debug": true }],
    [["COACHIQ_SERVER__DEBUG=maybe"], {}],
    [["COACHIQ_SERVER__PORT=80000"], {}],
    [["COACHIQ_AUTH__ENABLED=false"], {}],
    [["COACHIQ_AUTH__SESSION_EXPIRE_HOURS=1"], { "auth.session_days": 1 }],
    [["COACHIQ_AUTH__BASE_URL=http://localhost:8000"], {}],
    [["COACHIQ_AUTH__BASE_URL=https://Coach.example.net/"], { "server.public_url": "https://coach.example.net" }],
    [["COACHIQ_NOTIFICATIONS__ENABLED=true", "COACHIQ_NOTIFICATIONS__SMTP__ENABLED=false"], {
      "features.notifications.enabled": false,
    }],
    [["COACHIQ_NOTIFICATIONS__SMTP__USE_SSL=true"], { "features.notifications.smtp.security": "tls" }],
    [["COACHIQ_NOTIFICATIONS__SMTP__USE_TLS=false"], { "features.notifications.smtp.security": "none" }],
    [["COACHIQ_FEATURES__ENABLE_J1939=on", "COACHIQ_J1939__ENABLED=off"], { "features.j1939.enabled": false }],
  ];
  for (const [lines, expected] of cases) {
    const plan = ofEnvironment(...lines);
    assert.deepEqual(valuesOf(plan), expected, lines.join());
    assert.equal(plan.counts.settings.found, lines.length);
    assert.equal(reasonsOf(plan).length, lines.length - plan.settings.length, lines.join());
  }
  assert.match(reasonsOf(ofEnvironment("COACHIQ_SERVER__PORT=80000"))[0] ?? "", /expected an integer from 1 to 65535$/);
});

Deno.test("planLegacyImport() reads a TOML file whole or not at all, and goes on with the others", () => {
  const twice = "[server]\nport = 1\nport = 2\n";
  const plan = planLegacyImport(
    new Map([["user/config-overrides.toml", twice], ["config/system.toml", "[server]\nport = 3\n"]]),
    {
      keys: legacyKeys,
    },
  );
  assert.deepEqual(valuesOf(plan), { "server.port": 3 });
  const twiceText = /line 2 and again in line 3.*nothing of the file was read/;
  assert.ok(plan.problems.some(({ text }) => twiceText.test(text)), JSON.stringify(plan.problems));
});

Deno.test("every rule leads to a key that there is, and to the one that the warning about the variable names", () => {
  let compared = 0;
  for (const { from, to } of settingRules) {
    assert.ok(legacyKeys.key(to)?.who, to);
    const variable = `COACHIQ_${from.replaceAll(".", "__").toUpperCase()}`;
    const named = /set the key (\S+) /.exec(unreadVariableText(variable))?.[1];
    if (named === undefined) continue;
    compared++;
    assert.equal(named, to, variable);
  }
  assert.ok(compared >= 25, `${compared} of ${settingRules.length} rules were compared`);
});

Deno.test("docs/import-legacy.md names every earlier key and every secret with what it is now", () => {
  const text = Deno.readTextFileSync(new URL("../../../docs/import-legacy.md", import.meta.url));
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  for (const { from, to } of settingRules) {
    const row = rows.find((line) => line.split("|")[1]?.trim() === `\`${to}\``);
    assert.ok(row?.includes(`\`${from}\``), `${from} → ${to}`);
  }
  for (const [key, variable] of Object.entries(secretKeys)) {
    assert.ok(rows.some((line) => line.includes(`\`${key}\``) && line.includes(`\`${variable}\``)), key);
  }
});
