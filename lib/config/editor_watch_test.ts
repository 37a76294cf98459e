import assert from "node:assert/strict";
import { type ConfigFolder, configFolder } from "../../tests/suites/config_fixture.ts";
import { deferred, systemClock } from "../base/mod.ts";
import type { Configuration } from "./configuration.ts";
import { problemLine } from "./problem_text.ts";

/** Permissions are not what these tests are about. */
const permissions = { modeOf: () => Promise.resolve(null), setMode: () => Promise.resolve() };
const watching = { settleMs: 5, pollMs: 50 };

/** Resolves when the configuration says so; each change of it is a new look. */
async function until(configuration: Configuration, holds: () => boolean): Promise<void> {
  const { promise, resolve } = deferred<void>();
  const look = () => void (holds() && resolve());
  const end = configuration.subscribe(look);
  look();
  await promise;
  end();
}

/** As editors do: another file that takes the place of the first. */
async function replaceAsEditor(folder: ConfigFolder, name: string, text: string): Promise<void> {
  await folder.write(`${name}~`, text);
  await Deno.rename(`${folder.path}/${name}~`, `${folder.path}/${name}`);
}

Deno.test("what an editor changes is taken over without a restart, and shown as waiting where it needs one", async () => {
  await using folder = await configFolder({
    "config/system.toml": 'logging.level = "error"\n',
    "user/config-overrides.toml": "server.port = 8001\n",
  });
  const configuration = await folder.load({ clock: systemClock, watching });
  await configuration.watch();
  await folder.write("user/config-overrides.toml", "server.port = 8002\nhistory.raw_days = 5\n");
  await until(configuration, () => configuration.effective.history.raw_days === 5);
  assert.equal(configuration.effective.server.port, 8001);
  assert.deepEqual(configuration.entries().filter(({ waitsForRestart }) => waitsForRestart).map(({ key }) => key), [
    "server.port",
  ]);
  await replaceAsEditor(folder, "user/config-overrides.toml", "history.raw_days = 6\n");
  await until(configuration, () => configuration.effective.history.raw_days === 6);
  await Deno.remove(folder.overridesPath);
  await until(configuration, () => configuration.effective.history.raw_days === 2);
  await folder.write("user/config-overrides.toml", "history.raw_days = 0\n");
  await until(configuration, () => configuration.problems().some(({ key }) => key === "history.raw_days"));
  // The system file, too; what is wrong in it changes nothing.
  await replaceAsEditor(folder, "config/system.toml", 'logging.level = "debug"\n');
  await until(configuration, () => configuration.effective.logging.level === "debug");
  await replaceAsEditor(folder, "config/system.toml", 'logging.level = "loud"\n');
  await until(configuration, () => configuration.problems().some(({ key }) => key === "logging.level"));
  assert.equal(configuration.effective.logging.level, "debug");
  await replaceAsEditor(folder, "config/system.toml", 'server.tls_key_file = "/k"\n');
  await until(configuration, () => configuration.problems().some(({ key }) => key === "server.tls_key_file"));
  assert.equal(configuration.effective.logging.level, "debug");
  await replaceAsEditor(folder, "config/system.toml", 'logging.level = "info"\n');
  await until(configuration, () => configuration.effective.logging.level === "info");
  assert(!configuration.problems().some(({ key }) => key === "server.tls_key_file" || key === "logging.level"));
  await configuration.stop();
});

Deno.test("a change tells whether others made it in the files, or somebody asked for it here", async () => {
  await using folder = await configFolder({});
  const configuration = await folder.load({ clock: systemClock, watching });
  await configuration.watch();
  const told: (readonly [by: "others" | "us", changed: readonly string[]])[] = [];
  configuration.subscribe(({ changed, byOthers }) => {
    if (changed.length > 0) told.push([byOthers ? "others" : "us", changed]);
  });
  await configuration.setOverrides({ "history.raw_days": 5 }, { actor: "Ann" });
  await folder.write("user/config-overrides.toml", "history.raw_days = 6\n");
  await until(configuration, () => configuration.effective.history.raw_days === 6);
  // What an editor left is the editor's, also when somebody here is quicker to look than the watch.
  await folder.write("user/config-overrides.toml", "history.raw_days = 7\n");
  await configuration.setOverrides({ "logging.level": "error" }, { actor: "Ann" });
  assert.deepEqual(told, [
    ["us", ["history.raw_days"]],
    ["others", ["history.raw_days"]],
    ["others", ["history.raw_days"]],
    ["us", ["logging.level"]],
  ]);
  await configuration.stop();
});

Deno.test("the file of the active profile is watched from the switch on, and new profiles are seen", async () => {
  await using folder = await configFolder({ "user/profiles/mine.toml": "[overrides]\nhistory.raw_days = 5\n" });
  const configuration = await folder.load({ clock: systemClock, watching });
  await configuration.watch();
  await configuration.switchProfile("mine", { actor: "test" });
  await folder.write("user/profiles/mine.toml", "[overrides]\nhistory.raw_days = 6\n");
  await until(configuration, () => configuration.effective.history.raw_days === 6);
  await folder.write("user/profiles/other.toml", "[overrides]\nhistory.raw_days = 7\n");
  await until(configuration, () => configuration.profiles().some(({ name }) => name === "other"));
  await configuration.switchProfile("storage", { actor: "test" });
  assert.equal(configuration.effective.history.raw_days, 2);
  await configuration.stop();
  await configuration.stop();
});

Deno.test("two programs on one folder see each other's changes", async () => {
  await using folder = await configFolder();
  const server = await folder.load({ clock: systemClock, watching });
  await server.watch();
  const command = await folder.load();
  await command.setOverrides({ "history.raw_days": 9 }, { actor: "command" });
  await until(server, () => server.effective.history.raw_days === 9);
});

Deno.test("a listener that throws is logged, and the others are told", async () => {
  await using folder = await configFolder();
  const configuration = await folder.load();
  let told = 0;
  configuration.subscribe(() => {
    throw new Error("not my day");
  });
  configuration.subscribe(() => void told++);
  await configuration.setOverrides({ "history.raw_days": 9 }, { actor: "test" });
  assert.equal(told, 1);
  assert.match(folder.log.join("\n"), /Cannot tell of a change of the configuration.*not my day/s);
});

Deno.test("Configuration.reload() never throws: what has become wrong changes nothing and is told", async () => {
  await using folder = await configFolder({
    "config/system.toml": 'server.host = "0.0.0.0"\nfeatures.authentication.enabled = false\n',
    "user/config-overrides.toml": 'server.host = "127.0.0.2"\nhistory.raw_days = 5\n',
  });
  const configuration = await folder.load({ permissions });
  assert.deepEqual(configuration.problems(), []);
  await folder.write("user/config-overrides.toml", "history.raw_days = 6\n");
  await configuration.reload();
  assert.deepEqual([configuration.effective.server.host, configuration.effective.history.raw_days], ["127.0.0.2", 5]);
  assert.deepEqual(configuration.problems().map(({ key, text }) => `${key} ${text}`), [
    'features.authentication.enabled is false while server.host is "0.0.0.0", expected accounts, or an address of ' +
    "this machine alone",
  ]);
  await folder.write("user/config-overrides.toml", 'server.host = "127.0.0.3"\n');
  await configuration.reload();
  assert.deepEqual(configuration.problems(), []);
});

Deno.test("a folder of profiles that is no folder is told, and stops nothing", async () => {
  await using folder = await configFolder({
    "user/profiles": "x",
    "user/config-overrides.toml": "history.raw_days = 5",
  });
  const configuration = await folder.load();
  assert.equal(configuration.effective.history.raw_days, 5);
  assert.match(configuration.problems().map(problemLine).join(), /user\/profiles: cannot be read \(/);
  assert.deepEqual(configuration.profiles().map(({ name }) => name), ["camping", "storage"]);
});
