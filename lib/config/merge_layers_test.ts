import assert from "node:assert/strict";
import fc from "fast-check";
import { checkTree } from "./check_tree.ts";
import { entriesOf, valuesAtStart } from "./config_entry.ts";
import { type ConfigKey, configKeys, schemaNodeOf } from "./config_keys.ts";
import { crossCheck } from "./cross_checks.ts";
import type { Leaf } from "./leaf.ts";
import { effectiveOf, mergeLayers } from "./merge_layers.ts";
import { problemLine } from "./problem_text.ts";
import { configSchema } from "./schema.ts";
import { key, named } from "./schema_key.ts";
import { Secret } from "./secret.ts";
import type { ConfigTree, ConfigValue, Layer } from "./types.ts";
import { z } from "zod";

function leavesOf(layer: Layer, tree: ConfigTree): readonly Leaf[] {
  const { leaves, problems } = checkTree(tree, { layer, where: layer });
  assert.deepEqual(problems.map(problemLine), []);
  return leaves;
}

function effective(...layers: (readonly Leaf[])[]) {
  return effectiveOf([...mergeLayers(layers).values()].flatMap(({ leaves }) => leaves.at(-1) ?? []));
}

Deno.test("mergeLayers() merges tables key by key, replaces lists whole, and keeps what each layer said", () => {
  const system = leavesOf("system", {
    server: { port: 8000, allowed_hosts: ["a.example", "b.example"] },
    logging: { areas: { hub: "debug", can: "error" } },
  });
  const overrides = leavesOf("overrides", {
    server: { allowed_hosts: ["c.example"] },
    logging: { areas: { hub: "warning" } },
  });
  const config = effective(system, overrides);
  assert.equal(config.server.port, 8000);
  assert.deepEqual(config.server.allowed_hosts, ["c.example"]);
  assert.deepEqual(config.logging.areas, { can: "error", hub: "warning" });
  assert.equal(config.history.raw_days, 2);
  const hub = mergeLayers([system, overrides]).get("logging.areas.hub");
  assert.deepEqual(hub?.leaves.map(({ value, origin }) => [value, origin.layer]), [["debug", "system"], [
    "warning",
    "overrides",
  ]]);
  assert.deepEqual(mergeLayers([system]).get("server.port")?.leaves.map(({ origin }) => origin.layer), [
    "defaults",
    "system",
  ]);
});

/** A value that a key takes. */
function valueFor({ type, minimum = 0, maximum = 0, choices = [], key }: ConfigKey): fc.Arbitrary<ConfigValue> {
  switch (type) {
    case "integer":
      return fc.integer({ min: minimum, max: maximum });
    case "switch":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...choices);
    case "list":
      return fc.constant(key === "can.interfaces" ? ["can0"] : []);
    case "text":
    case "secret":
      return fc.constant("x");
    default:
      return type satisfies never;
  }
}

const writable = configKeys.filter(({ key, type, layers }) =>
  layers.has("overrides") && !key.includes("<") && type !== "text" && type !== "secret"
);

Deno.test("effectiveOf() always answers what the schema itself accepts, and the topmost value of each key", () => {
  const layer = fc.uniqueArray(
    fc.constantFrom(...writable).chain((of) => valueFor(of).map((value) => ({ of, value }))),
    { selector: ({ of }) => of.key, maxLength: 12 },
  );
  fc.assert(fc.property(layer, layer, (low, high) => {
    const layers = ([["system", low], ["overrides", high]] as const).map(([name, values]) =>
      values.map(({ of, value }): Leaf => ({
        key: of.key,
        path: of.key.split("."),
        definition: of,
        value,
        origin: { layer: name, where: name },
      }))
    );
    const config = effective(...layers);
    assert.deepEqual(configSchema.parse(config), config);
    const merged = mergeLayers(layers);
    for (const { of, value } of high) assert.equal(merged.get(of.key)?.leaves.at(-1)?.value, value);
    for (const { of, value } of low) {
      if (high.some((other) => other.of.key === of.key)) continue;
      assert.equal(merged.get(of.key)?.leaves.at(-1)?.value, value);
    }
    assert.equal(merged.size, configKeys.filter(({ key }) => !key.includes("<")).length);
  }));
});

Deno.test("every key has documentation, an expectation, a writer, and a default that its schema takes", () => {
  for (const { key, facts, expected, defaultValue, schema, type, minimum, maximum, layers, choices } of configKeys) {
    assert.match(key, /^[a-z0-9_]+(\.[a-z0-9_]+|\.<[a-z]+>)+$/);
    assert.match(facts.doc, /^[A-Z“`].*\.$/s, key);
    assert(!facts.doc.includes("\n"), key);
    assert(expected.length > 3, key);
    assert(layers.size > 0, key);
    if (defaultValue !== undefined) assert(schema.safeParse(defaultValue).success, key);
    if (type === "integer") assert(Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum), key);
    if (type === "integer") assert((minimum ?? 0) > -1e9 && (maximum ?? 0) < 1e9, key);
    if (type === "choice") assert(choices && choices.length > 1, key);
    assert(!/^(core|persistence|database|can|coach|hub|websocket)(\..*)?\.enabled$/.test(key), key);
  }
  assert(configKeys.length >= 70);
});

Deno.test("schemaNodeOf() refuses a schema that holds something else", () => {
  assert.throws(() => schemaNodeOf(z.strictObject({ a: z.string() })), /"a": it is neither a key nor a section/);
  assert.throws(
    () =>
      schemaNodeOf(z.strictObject({
        t: named({ placeholder: "x", names: /x/, expected: "x" }, z.strictObject({})),
      })),
    /table "t": its values are sections, expected keys/,
  );
  const facts = { doc: "It is.", who: "owner", reload: "live" } as const;
  const node = schemaNodeOf(z.strictObject({
    names: z.record(z.string(), key(z.string(), facts)),
    list: key(z.array(z.string()), facts),
  }));
  assert(node.kind === "section");
  const names = node.children.get("names");
  assert(names?.kind === "names");
  assert.deepEqual([names.expected, names.child.key, names.child.expected], ["a name", "names.<name>", "a text"]);
  const list = node.children.get("list");
  assert.equal(list?.kind === "key" ? list.key.expected : "", "a list");
});

Deno.test("entriesOf() tells value, origin and what lies below, and marks what waits for a restart", () => {
  const before = mergeLayers([leavesOf("system", { server: { port: 8000 } })]);
  const after = mergeLayers([
    leavesOf("system", { server: { port: 8000 } }),
    leavesOf("overrides", { server: { port: 9000, host: "127.0.0.2" }, can: { bitrates: { can0: 500_000 } } }),
  ]);
  const entries = new Map(entriesOf(after, valuesAtStart(before)).map((entry) => [entry.key, entry]));
  const port = entries.get("server.port");
  assert.equal(port?.value, 9000);
  assert.deepEqual(port?.origin, { layer: "overrides", where: "overrides" });
  assert.deepEqual(port?.below, { value: 8000, origin: { layer: "system", where: "system" } });
  assert.deepEqual([port?.waitsForRestart, port?.inForce], [true, 8000]);
  assert.deepEqual([port?.minimum, port?.maximum, port?.type, port?.reload, port?.who], [
    1,
    65535,
    "integer",
    "restart",
    "owner",
  ]);
  const bitrate = entries.get("can.bitrates.can0");
  assert.deepEqual([bitrate?.waitsForRestart, bitrate?.inForce, bitrate?.below, bitrate?.unit], [
    true,
    undefined,
    undefined,
    "bit/s",
  ]);
  assert.deepEqual(bitrate?.choices, ["125000", "250000", "500000", "1000000"]);
  const level = entries.get("logging.level");
  assert.deepEqual([level?.waitsForRestart, level?.origin, level?.below], [
    false,
    { layer: "defaults", where: "schema" },
    undefined,
  ]);
  const model = entries.get("coach.model");
  assert.deepEqual([model?.value, "value" in (model ?? {}), model?.origin.layer], [undefined, false, "defaults"]);
});

Deno.test("entriesOf() never shows a secret, set or changed", () => {
  const secret = (text: string): Leaf => {
    const definition = configKeys.find(({ key }) => key === "auth.secret_key");
    assert(definition);
    return {
      key: definition.key,
      path: definition.key.split("."),
      definition,
      value: new Secret(text),
      origin: { layer: "environment", where: "COACHIQ_SECURITY__SECRET_KEY_FILE" },
    };
  };
  const entries = entriesOf(mergeLayers([[secret("planted-a")]]), valuesAtStart(mergeLayers([[secret("planted-b")]])));
  const entry = entries.find(({ key }) => key === "auth.secret_key");
  assert.deepEqual([entry?.secret, entry?.type, entry?.waitsForRestart], [true, "secret", true]);
  assert.equal(entry?.origin.where, "COACHIQ_SECURITY__SECRET_KEY_FILE");
  assert(!("value" in (entry ?? {})) && !("inForce" in (entry ?? {})));
  assert.doesNotMatch(JSON.stringify(entries) + Deno.inspect(entries, { depth: 10 }), /planted/);
});

Deno.test("Secret hides its text from strings, JSON, templates and inspection, and reveals it when asked", () => {
  const secret = new Secret("planted");
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    Deno.inspect({ secret }, { depth: 9, showHidden: true }),
    Object.entries(secret).join(),
    (secret as unknown as Record<symbol, () => string>)[Symbol.for("nodejs.util.inspect.custom")]?.() ?? "",
  ];
  for (const text of shown) assert.doesNotMatch(text, /planted/);
  assert.equal(JSON.stringify(secret), '{"set":true}');
  assert.equal(secret.reveal(), "planted");
  assert(secret.equals(new Secret("planted")) && !secret.equals(new Secret("other")) && !secret.equals("planted"));
});

const together: readonly (readonly [ConfigTree, ConfigTree, string])[] = [
  [
    { server: { tls_key_file: "/k" } },
    {},
    "system: server.tls_key_file: is set without a certificate, expected server.tls_certificate_file beside it",
  ],
  [
    { server: { tls_certificate_file: "/c" } },
    {},
    "system: server.tls_certificate_file: is set without its key, expected server.tls_key_file beside it",
  ],
  [
    { features: { authentication: { enabled: false } } },
    { server: { host: "0.0.0.0" } },
    'overrides: server.host: is "0.0.0.0" while features.authentication.enabled is false, expected 127.0.0.1',
  ],
  [
    { features: { authentication: { enabled: false } }, server: { host: "10.0.0.1" } },
    {},
    'system: features.authentication.enabled: is false while server.host is "10.0.0.1", expected accounts, or an ' +
    "address of this machine alone",
  ],
  [
    { database: { auto_migrate: true } },
    {},
    'system: database.auto_migrate: is true in the storage profile "ssd", expected it in "development" alone',
  ],
  [
    { auth: { admin_username: "me" } },
    {},
    "system: auth.admin_username: is set without a password, expected COACHIQ_AUTH__ADMIN_PASSWORD_FILE beside it",
  ],
];

Deno.test("crossCheck() leaves out, of keys that do not go together, the one of the topmost layer", () => {
  for (const [system, overrides, line] of together) {
    const { problems, merged } = crossCheck([leavesOf("system", system), leavesOf("overrides", overrides)]);
    assert.deepEqual(problems.map(problemLine), [line]);
    const [problem] = problems;
    assert.equal(merged.get(problem?.key ?? "")?.leaves.some(({ origin }) => origin.layer === problem?.layer), false);
  }
  const fine = crossCheck([
    leavesOf("system", {
      persistence: { storage_profile: "development" },
      database: { auto_migrate: true },
      server: { tls_key_file: "/k", tls_certificate_file: "/c" },
      features: { authentication: { enabled: false } },
    }),
  ]);
  assert.deepEqual(fine.problems, []);
});

Deno.test("crossCheck() wants a name beside the password of the first account", () => {
  const definition = configKeys.find(({ key }) => key === "auth.admin_password");
  assert(definition);
  const leaf: Leaf = {
    key: "auth.admin_password",
    path: ["auth", "admin_password"],
    definition,
    value: new Secret("planted-password"),
    origin: { layer: "environment", where: "COACHIQ_AUTH__ADMIN_PASSWORD_FILE" },
  };
  assert.deepEqual(crossCheck([[leaf]]).problems.map(problemLine), [
    "COACHIQ_AUTH__ADMIN_PASSWORD_FILE: auth.admin_password: is set without a name, expected " +
    "COACHIQ_AUTH__ADMIN_USERNAME beside it",
  ]);
});
