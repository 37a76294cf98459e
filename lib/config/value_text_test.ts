import assert from "node:assert/strict";
import fc from "fast-check";
import { checkSystemFile } from "./check_system_file.ts";
import { configKeys } from "./config_keys.ts";
import { findKey } from "./find_key.ts";
import { problemLine } from "./problem_text.ts";
import type { ConfigValue } from "./types.ts";
import { textOfValue, valueOfText } from "./value_text.ts";

const typed: readonly (readonly [key: string, text: string, value: ConfigValue])[] = [
  ["server.port", "8081", 8081],
  ["server.port", "-1", -1],
  ["server.port", "80.5", "80.5"],
  ["server.port", "", ""],
  ["server.port", "99999999999999999999", "99999999999999999999"],
  ["server.debug", "true", true],
  ["server.debug", "false", false],
  ["server.debug", "yes", "yes"],
  ["logging.level", "debug", "debug"],
  ["logging.level", "loud", "loud"],
  ["can.bitrates.can0", "500000", 500_000],
  ["can.bitrates.can0", "5", "5"],
  ["can.interfaces", "can0, can1", ["can0", "can1"]],
  ["can.interfaces", '["can0"]', ["can0"]],
  ["can.interfaces", "[can0", "[can0"],
  ["can.interfaces", "", []],
  ["coach.model", "true", "true"],
];

Deno.test("valueOfText() means what a person typed, and leaves what does not fit as it is", () => {
  for (const [key, text, value] of typed) assert.deepEqual(valueOfText(text, findKey(key).definition), value, text);
});

Deno.test("valueOfText() takes back what textOfValue() writes, for every key with a default and any list of texts", () => {
  for (const definition of configKeys) {
    const { defaultValue } = definition;
    if (defaultValue !== undefined) assert.deepEqual(valueOfText(textOfValue(defaultValue), definition), defaultValue);
  }
  const { definition } = findKey("server.allowed_hosts");
  fc.assert(fc.property(fc.array(fc.string()), (list) => {
    assert.deepEqual(valueOfText(textOfValue(list), definition), list);
  }));
});

Deno.test("checkSystemFile() does not miss what the environment brings where the file is used", () => {
  assert.deepEqual(checkSystemFile('auth.admin_username = "me"\n', "s.toml"), []);
  assert.deepEqual(checkSystemFile('server.port = 0\nserver.tls_key_file = "/k"\n', "s.toml").map(problemLine), [
    "s.toml:1:15: server.port: is 0, expected an integer from 1 to 65535",
    "s.toml:2:23: server.tls_key_file: is set without a certificate, expected server.tls_certificate_file beside it",
  ]);
});
