import { deepStrictEqual, strictEqual } from "node:assert";
import type { ConfigJson, ConfigKeyView, OriginView } from "../wire/mod.ts";
import {
  configValueWords,
  fullKeyLabel,
  isFound,
  keyLabel,
  lockReason,
  originPhrase,
  originWords,
  sectionLabel,
  sectionOf,
} from "./config_words.ts";

const port: ConfigKeyView = {
  key: "server.port",
  value: 8080,
  origin: { layer: "defaults", where: "schema" },
  doc: "Port to listen on.",
  type: "integer",
  who: "owner",
  reload: "restart",
  waitsForRestart: false,
  secret: false,
};

Deno.test("keyLabel() is the rest of the key in words, capitals where people write them", () => {
  for (
    const [key, label] of [
      ["server.port", "Port"],
      ["can.ack_timeout_ms", "Ack timeout"],
      ["lights.night_level_pct", "Night level"],
      ["features.mqtt.enabled", "MQTT"],
      ["features.notifications.smtp.host", "Notifications › SMTP › Host"],
      ["server.public_url", "Public URL"],
      ["debug", "Debug"],
    ] as const
  ) {
    strictEqual(keyLabel(key), label);
  }
});

Deno.test("sectionLabel() says what the section is about", () => {
  deepStrictEqual(
    ["auth.session_days", "can.interfaces", "server.port", "debug"].map((key) => sectionLabel(sectionOf(key))),
    ["Accounts", "CAN buses", "Server", "General"],
  );
  strictEqual(fullKeyLabel("auth.session_days"), "Accounts: Session days");
});

Deno.test("configValueWords() reads every kind of value, with its unit", () => {
  const cases: readonly (readonly [ConfigJson | undefined, string | undefined, string])[] = [
    [true, undefined, "On"],
    [false, undefined, "Off"],
    [0, "s", "0\u00a0s"],
    [30, "days", "30\u00a0days"],
    ["info", undefined, "info"],
    ["", undefined, "Not set"],
    [null, undefined, "Not set"],
    [undefined, "days", "Not set"],
    [[], undefined, "Empty"],
    [["can0", "can1"], undefined, "can0, can1"],
    [[{ a: 1 }], undefined, "1 entry"],
    [{}, undefined, "Empty"],
    [{ a: 1, b: 2 }, undefined, "2 entries"],
  ];
  for (const [value, unit, words] of cases) strictEqual(configValueWords(value, { unit }), words);
});

Deno.test("configValueWords() never shows a secret, whatever its value is", () => {
  strictEqual(configValueWords({ set: true }, { secret: true }), "Set, never shown");
  strictEqual(configValueWords("hunter2", { secret: true }), "Set, never shown");
  strictEqual(configValueWords(undefined, { secret: true }), "Not set");
});

Deno.test("originWords() names every layer as its owner knows it", () => {
  const cases: readonly (readonly [OriginView, string])[] = [
    [{ layer: "defaults", where: "schema" }, "As shipped"],
    [{ layer: "protocol", where: "rvc.json" }, "From the protocol tables"],
    [{ layer: "model", where: "generic_rv" }, "From the coach model"],
    [{ layer: "structure", where: "coach_mappings" }, "From your coach mapping"],
    [{ layer: "system", where: "/etc/coachiq/system.toml", line: 4 }, "Set by the installer in system.toml, line 4"],
    [{ layer: "system", where: "/etc/system.yaml" }, "Set by the installer in system.yaml"],
    [{ layer: "overrides", where: "/u/config-overrides.toml", line: 2 }, "Set by you in config-overrides.toml, line 2"],
    [{ layer: "overrides", where: "/u/config-overrides.toml" }, "Set by you"],
    [{ layer: "profile", where: "/user/profiles/camping.toml", line: 9 }, "Set by the profile camping"],
    [{ layer: "profile", where: "camping" }, "Set by the profile camping"],
    [{ layer: "profile", where: 'profile "camping"' }, "Set by the profile camping"],
    [{ layer: "state", where: "system_settings" }, "Kept by CoachIQ itself"],
    [{ layer: "preferences", where: "user_settings" }, "One of your preferences"],
    [{ layer: "environment", where: "COACHIQ_X" }, "Set by the environment variable COACHIQ_X"],
    [{ layer: "flags", where: "--port" }, "Set by the flag --port at the start"],
    [{ layer: "new", where: "/a/b.toml", line: 7 }, "From b.toml, line 7"],
  ];
  for (const [origin, words] of cases) strictEqual(originWords(origin), words);
  strictEqual(originPhrase({ layer: "defaults", where: "schema" }), "as shipped");
});

Deno.test("lockReason() says why a key cannot be set here, and nothing of one that can", () => {
  strictEqual(lockReason(port), undefined);
  const reasons = [
    lockReason({ ...port, secret: true, type: "secret" }),
    lockReason({ ...port, who: "installer" }),
    lockReason({ ...port, who: "release" }),
    lockReason({ ...port, who: "program" }),
    lockReason({ ...port, origin: { layer: "profile", where: "profiles/camping.toml" } }),
    lockReason({ ...port, origin: { layer: "environment", where: "COACHIQ_SERVER__DEBUG" } }),
    lockReason({ ...port, origin: { layer: "flags", where: "--port" } }),
  ];
  deepStrictEqual(reasons.map((reason) => reason?.split(" ").slice(0, 4).join(" ")), [
    "A secret. It is",
    "The installer sets it,",
    "Part of this release.",
    "CoachIQ keeps it itself.",
    "The profile camping sets",
    "The environment variable COACHIQ_SERVER__DEBUG",
    "The flag --port set",
  ]);
});

Deno.test("isFound() looks in the key, its label, its meaning and its value for every word", () => {
  for (const query of ["", "port", "SERVER", "listen 8080", "server.port"]) strictEqual(isFound(port, query), true);
  for (const query of ["bus", "port bus"]) strictEqual(isFound(port, query), false);
});
