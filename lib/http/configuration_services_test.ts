import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert";
import { testApp } from "../../tests/fixtures/test_app.ts";
import { ManualClock } from "../base/mod.ts";
import { Configuration, type Environment } from "../config/mod.ts";
import type { ConfigKeyView, ConfigView } from "../wire/mod.ts";
import { ConfigurationServices } from "./configuration_services.ts";
import { RequestError } from "./services.ts";

interface Site {
  readonly folder: string;
  readonly services: ConfigurationServices;
  readonly configuration: Configuration;
}

/** Files of a data directory by their path in it. */
type Files = Readonly<Record<string, string>>;

async function withConfiguration(
  files: Files,
  body: (site: Site) => Promise<void>,
  options: { readonly environment?: (folder: string) => Environment } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-config-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text, { mode: 0o600 });
    }
    const clock = new ManualClock();
    const configuration = new Configuration({
      environment: options.environment?.(folder) ?? {},
      defaultDataDir: () => folder,
      clock,
    });
    await configuration.load();
    const services = new ConfigurationServices({ configuration });
    await body({ folder, services, configuration });
    await configuration.stop();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function keyOf(view: ConfigView, key: string): ConfigKeyView {
  const found = view.keys.find((one) => one.key === key);
  ok(found, key);
  return found;
}

const system = "config/system.toml";
const overrides = "user/config-overrides.toml";

Deno.test("ConfigurationServices.view() has every key once, where it comes from, and where a reset leads", async () => {
  const files = {
    [system]: "[server]\nport = 80\n",
    [overrides]: '[server]\nport = 8081\n\n[logging]\nlevel = "debug"\n',
  };
  await withConfiguration(files, async ({ folder, services }) => {
    const view = services.view();
    strictEqual(new Set(view.keys.map(({ key }) => key)).size, view.keys.length);
    ok(view.keys.length > 60, `${view.keys.length} keys`);
    const port = keyOf(view, "server.port");
    deepStrictEqual([port.value, port.below?.value, port.below?.origin.line], [8081, 80, 2]);
    deepStrictEqual(port.origin, { layer: "overrides", where: `${folder}/${overrides}`, line: 2, column: 8 });
    deepStrictEqual([port.minimum, port.maximum, port.type], [1, 65535, "integer"]);
    deepStrictEqual(keyOf(view, "logging.level").below, {
      value: "info",
      origin: { layer: "defaults", where: "schema" },
    });
    strictEqual(keyOf(view, "server.host").below, undefined);
    const after = await services.setOverrides({ "server.port": 8082, "logging.level": null }, "192.168.8.21");
    const { value, waitsForRestart, inForce } = keyOf(after, "server.port");
    deepStrictEqual([value, waitsForRestart, inForce], [8082, true, 8081]);
    strictEqual(keyOf(after, "logging.level").value, "info");
    match(await Deno.readTextFile(`${folder}/${overrides}`), /port = 8082/);
  });
});

Deno.test("ConfigurationServices show a table that people name as one key, and write it line by line", async () => {
  const files = { [system]: "[can.bitrates]\ncan1 = 500000\n" };
  await withConfiguration(files, async ({ folder, services }) => {
    const before = keyOf(services.view(), "can.bitrates");
    deepStrictEqual([before.type, before.value, before.below], ["table", { can1: 500_000 }, undefined]);
    ok(before.choices?.includes("250000"));
    const set = await services.setOverrides({ "can.bitrates": { can1: 500_000, can0: "250000" } }, "me");
    const table = keyOf(set, "can.bitrates");
    deepStrictEqual(table.value, { can0: 250_000, can1: 500_000 });
    deepStrictEqual([table.origin.layer, table.below?.value], ["overrides", { can1: 500_000 }]);
    ok(!(await Deno.readTextFile(`${folder}/${overrides}`)).includes("can1"));
    await rejects(
      services.setOverrides({ "can.bitrates": { can0: 250_000 } }, "me"),
      { status: 422, errors: ["can.bitrates.can1 is not set by you, so it cannot be taken out here"] },
    );
    await rejects(services.setOverrides({ "can.bitrates": 7 }, "me"), /can\.bitrates is no table/);
    const reset = await services.setOverrides({ "can.bitrates": null }, "me");
    deepStrictEqual(keyOf(reset, "can.bitrates").value, { can1: 500_000 });
    const profile = await services.saveProfile({
      name: "dual",
      description: "",
      inherits: null,
      overrides: { "can.bitrates": { can0: "500000" }, "logging.areas": { hub: "debug" }, "server.debug": true },
      replace: false,
    }, "me");
    deepStrictEqual(profile.overrides, {
      "can.bitrates": { can0: 500_000 },
      "logging.areas": { hub: "debug" },
      "server.debug": true,
    });
  });
});

Deno.test("ConfigurationServices refuse with the status and each thing that is wrong", async () => {
  await withConfiguration({}, async ({ services }) => {
    const refused = async (promise: Promise<unknown>): Promise<RequestError> => {
      const error: unknown = await promise.then(() => undefined, (error) => error);
      ok(error instanceof RequestError, String(error));
      return error;
    };
    const wrong = await refused(services.setOverrides({ "server.port": 0, "logging.level": "loud" }, "me"));
    strictEqual(wrong.status, 422);
    deepStrictEqual(wrong.errors, [
      "server.port is 0, expected an integer from 1 to 65535",
      'logging.level is "loud", expected one of debug, info, warning, error',
    ]);
    const cases: readonly (readonly [number, () => Promise<unknown>])[] = [
      [404, () => services.setOverrides({ "server.prot": 1 }, "me")],
      [422, () => services.setOverrides({ "server.trusted_proxies": ["127.0.0.1"] }, "me")],
      [422, () => services.setOverrides({ "auth.secret_key": "s".repeat(40) }, "me")],
      [404, () => services.switchProfile("nobody", "me")],
      [404, () => services.deleteProfile("nobody", "me")],
      [409, () => services.deleteProfile("camping", "me")],
      [409, () => services.saveProfile({ name: "camping", description: "", inherits: null, replace: true }, "me")],
      [422, () => services.saveProfile({ name: "../x", description: "", inherits: null, replace: false }, "me")],
      [422, () => services.saveProfile({ name: "x", description: "", inherits: "nobody", replace: false }, "me")],
      [422, () => services.importProfile("= =", { replace: false, actor: "me" })],
      [404, () => services.restoreBackup("00000001.20260101T000000Z.auto.config-overrides.toml", "me")],
      [404, () => services.restoreBackup("../../coachiq.db", "me")],
      [404, () => services.deleteBackup("profiles.../../x")],
      [409, () => services.backup("nothing-set-yet")],
    ];
    for (const [status, ask] of cases) strictEqual((await refused(ask())).status, status);
    await services.setOverrides({ "server.port": 81 }, "me");
    strictEqual((await refused(services.backup("a b"))).status, 422);
    throws(() => services.previewProfile("nobody"), { status: 404 });
    throws(() => services.exportProfile("nobody"), { status: 404 });
  });
});

Deno.test("ConfigurationServices switch, preview, export, import and delete profiles", async () => {
  await withConfiguration({}, async ({ services, folder }) => {
    deepStrictEqual(services.profiles().map(({ name, shipped }) => [name, shipped]), [["camping", true], [
      "storage",
      true,
    ]]);
    const preview = services.previewProfile("storage");
    ok(preview.changes.some(({ key, from, to }) => key === "logging.level" && from === "info" && to === "warning"));
    const view = await services.switchProfile("storage", "me");
    for (const { key, to } of preview.changes) deepStrictEqual(keyOf(view, key).value, to);
    await rejects(services.setOverrides({ "logging.level": "debug" }, "me"), { status: 409 });
    await services.setOverrides({ "history.change_days": 100 }, "me");
    const winter = await services.saveProfile(
      { name: "winter", description: "Cold", inherits: "storage", replace: false },
      "192.168.8.21",
    );
    deepStrictEqual([winter.author, winter.inherits, winter.shipped], ["192.168.8.21", "storage", false]);
    const toml = services.exportProfile("winter");
    await rejects(services.importProfile(toml, { replace: false, actor: "me" }), { status: 409 });
    const again = await services.importProfile(toml.replace("Cold", "Colder"), { replace: true, actor: "me" });
    strictEqual(again.description, "Colder");
    await services.switchProfile(null, "me");
    await services.deleteProfile("winter", "me");
    ok((await services.backups()).some(({ file }) => file === "profiles/winter.toml"));
    await rejects(Deno.stat(`${folder}/user/profiles/winter.toml`), Deno.errors.NotFound);
  });
});

Deno.test("ConfigurationServices keep and restore the overrides, and tell of every change", async () => {
  await withConfiguration({ [overrides]: '[logging]\nlevel = "debug"\n' }, async ({ services }) => {
    let told = 0;
    const unsubscribe = services.subscribe(() => told++);
    const kept = await services.backup("good");
    deepStrictEqual([kept.name, kept.file], ["good", "config-overrides.toml"]);
    await services.setOverrides({ "logging.level": "error" }, "me");
    ok(told > 0);
    unsubscribe();
    const before = told;
    const restored = await services.restoreBackup(kept.id, "me");
    strictEqual(keyOf(restored, "logging.level").value, "debug");
    strictEqual(told, before);
    const all = await services.backups();
    ok(all.some(({ name }) => name === null));
    for (const { id } of all) match(id, /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/);
    await services.deleteBackup(kept.id);
    ok(!(await services.backups()).some(({ id }) => id === kept.id));
  });
});

Deno.test("ConfigurationServices tell what was left out, where, and what to do", async () => {
  const files = { [overrides]: '[logging]\nlevle = "debug"\n\n[history]\nraw_days = 3\n' };
  await withConfiguration(files, async ({ services }) => {
    const { problems, keys } = services.view();
    strictEqual(keys.find(({ key }) => key === "history.raw_days")?.value, 3);
    strictEqual(problems.length, 2);
    match(
      problems.map(({ what }) => what).join(),
      /config-overrides\.toml:2:1: logging\.levle: .*mean logging\.level\?(,|$)/,
    );
    match(problems.map(({ todo }) => todo).join(), /It is left out, the rest holds\./);
    match(problems.map(({ what }) => what).join(), /environment: COACHIQ_CAN__BITRATE/);
    await Promise.resolve();
  }, { environment: () => ({ COACHIQ_CAN__BITRATE: "250000" }) });
});

Deno.test("no address of the configuration answers with a secret, wherever one was planted", async () => {
  const secret = (place: string) => `planted-${place}-3f9a1c77d0e24b6aa1b2`;
  const places = ["file", "value", "overrides", "profile"];
  const files = {
    "secrets/password": `${secret("file")}\n`,
    [overrides]: `[auth]\nsecret_key = "${secret("overrides")}"\n\n[logging]\nlevel = "debug"\n`,
    "user/profiles/sly.toml": `name = "sly"\ndescription = "d"\n\n[overrides.auth]\njwt_secret = "${
      secret("profile")
    }"\n`,
  };
  const environment = (folder: string) => ({
    COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE: `${folder}/secrets/password`,
    COACHIQ_AUTH__JWT_SECRET: secret("value"),
  });
  await withConfiguration(files, async ({ services }) => {
    deepStrictEqual(keyOf(services.view(), "auth.jwt_secret").value, { set: true });
    deepStrictEqual(keyOf(services.view(), "features.notifications.smtp.password").value, { set: true });
    strictEqual(keyOf(services.view(), "auth.admin_password").value, undefined);
    await services.saveProfile({ name: "fine", description: "", inherits: null, replace: false }, "me");
    await services.setOverrides({ "logging.level": "error" }, "me");
    const ids = (await services.backups()).map(({ id }) => id);
    const json = (method: string, body: unknown): RequestInit => ({
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const toml = `name = "sly2"\n\n[overrides.auth]\nsecret_key = "${secret("profile")}"\n`;
    const page = { headers: { accept: "text/html" } };
    const requests: readonly (readonly [path: string, init: RequestInit])[] = [
      ["/api/config", {}],
      ["/api/config/profiles", {}],
      ["/api/config/profiles/preview", {}],
      ["/api/config/backups", {}],
      ...["sly", "fine", "camping"].flatMap((name) => [
        [`/api/config/profiles/${name}/preview`, {}] as const,
        [`/api/config/profiles/${name}/export`, {}] as const,
        ["/api/config/profiles/switch", json("POST", { name })] as const,
        [`/api/config/profiles/${name}`, json("PUT", { replace: true })] as const,
      ]),
      ["/api/config/overrides", json("PUT", { values: { "auth.secret_key": secret("value") } })],
      ["/api/config/overrides", json("PUT", { values: { "server.port": 8085 } })],
      ["/api/config/profiles/p", json("PUT", { overrides: { "auth.admin_password": secret("value") } })],
      ["/api/config/profiles/import", { method: "POST", headers: { "content-type": "text/toml" }, body: toml }],
      ["/api/config/backups", json("POST", { name: "kept" })],
      ...ids.map((id) => [`/api/config/backups/${id}/restore`, { method: "POST" }] as const),
      ...["/settings", "/settings/configuration", "/settings/configuration?q=secret", "/settings/profiles"].map((
        path,
      ) => [path, page] as const),
    ];
    const app = testApp({ config: services });
    let answered = 0;
    for (const [path, init] of requests) {
      const headers = new Headers(init.headers);
      headers.set("host", "127.0.0.1");
      const response = await app.fetch(new Request(`http://127.0.0.1${path}`, { ...init, headers }));
      const text = `${await response.text()} ${[...response.headers]}`;
      for (const place of places) ok(!text.includes(secret(place)), `${path} shows the secret of ${place}`);
      ok(response.status < 500, `${path}: ${response.status}`);
      if (response.ok) answered++;
    }
    ok(answered > 15, `${answered} of ${requests.length} answered`);
  }, { environment });
});
