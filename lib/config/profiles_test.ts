import assert from "node:assert/strict";
import { type ConfigFolder, configFolder } from "../../tests/suites/config_fixture.ts";
import { configKeys } from "./config_keys.ts";
import { ConfigError } from "./config_error.ts";
import { problemLine } from "./problem_text.ts";
import { shippedByName } from "./profiles.ts";

const me = { actor: "Ann" };

async function refusal(work: Promise<unknown> | (() => unknown), folder: ConfigFolder) {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    assert(error instanceof ConfigError, String(error));
    return `${error.kind}: ${error.message.replaceAll(`${folder.path}/`, "")}`;
  }
  return "done";
}

Deno.test("two profiles ship with the program, with keys that are true and differ from the defaults", () => {
  assert.deepEqual([...shippedByName.keys()], ["camping", "storage"]);
  for (const { leaves, problems, description, text } of shippedByName.values()) {
    assert.deepEqual(problems, []);
    assert(leaves.length >= 2 && description.endsWith("."));
    assert.match(text, /\[overrides\.history\]/);
    for (const { key, value } of leaves) {
      assert.notEqual(configKeys.find((definition) => definition.key === key)?.defaultValue, value, key);
    }
  }
});

Deno.test("switching to a profile is previewed, takes effect at once where it may, and survives a restart", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": "# mine\n[history]\nraw_days = 3 # more\n",
    "user/profiles/mine.toml": '[overrides]\nserver.port = 9000\nhistory.raw_days = 4\nlogging.areas.hub = "debug"\n',
  });
  const configuration = await folder.load();
  const changes = [
    { key: "server.port", from: 8080, to: 9000, reload: "restart" },
    { key: "history.raw_days", from: 3, to: 4, reload: "live" },
    { key: "logging.areas.hub", to: "debug", reload: "live" },
  ];
  const byKey = (a: { key: string }, b: { key: string }) => a.key < b.key ? -1 : 1;
  assert.deepEqual(configuration.previewProfile("mine").toSorted(byKey), changes.toSorted(byKey));
  assert.deepEqual(configuration.previewProfile(null), []);
  await configuration.switchProfile("mine", me);
  assert.equal(configuration.activeProfile, "mine");
  assert.deepEqual([configuration.effective.history.raw_days, configuration.effective.server.port], [4, 8080]);
  assert.match(await folder.read("user/config-overrides.toml"), /^active_profile = "mine"$/m);
  assert.match(await folder.read("user/config-overrides.toml"), /raw_days = 3 # more/);
  const again = await folder.load();
  assert.deepEqual([again.activeProfile, again.effective.server.port], ["mine", 9000]);
  assert.deepEqual(
    again.previewProfile(null).toSorted(byKey),
    changes.map(({ key, from, to, reload }) => ({
      key,
      from: to,
      ...(from === undefined ? {} : { to: from }),
      reload,
    })).sort(byKey),
  );
  await again.switchProfile(null, me);
  assert.deepEqual([again.activeProfile, again.effective.history.raw_days], [null, 3]);
  assert.doesNotMatch(await folder.read("user/config-overrides.toml"), /active_profile/);
  await again.switchProfile(null, me);
  assert.match(folder.log.join(), /Switched the configuration profile .*mine.*Ann/);
});

Deno.test("a profile inherits from others, lowest first, and a circle is named", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": 'active_profile = "top"\n',
    "user/profiles/top.toml": 'inherits = "middle"\n[overrides]\nhistory.raw_days = 30\n',
    "user/profiles/middle.toml": 'inherits = "camping"\n[overrides]\nhistory.change_days = 20\n',
    "user/profiles/a.toml": 'inherits = "b"\n',
    "user/profiles/b.toml": 'inherits = "c"\n',
    "user/profiles/c.toml": 'inherits = "b"\n',
    "user/profiles/lost.toml": 'inherits = "campin"\n',
  });
  const configuration = await folder.load();
  const { history } = configuration.effective;
  assert.deepEqual([history.raw_days, history.change_days, history.min_interval_seconds], [30, 20, 15]);
  assert.equal(
    await refusal(() => configuration.previewProfile("a"), folder),
    'conflict: Cannot switch to profile "a": user/profiles/a.toml: inherits in a circle (b → c → b), expected an end',
  );
  assert.equal(
    await refusal(configuration.switchProfile("lost", me), folder),
    'conflict: Cannot switch to profile "lost": user/profiles/lost.toml: inherits "campin", which is not there, did ' +
      'you mean "camping"?',
  );
  assert.equal(
    await refusal(configuration.switchProfile("none", me), folder),
    'notFound: Cannot find profile "none": there is none of this name',
  );
  await folder.write("user/config-overrides.toml", 'active_profile = "c"\n');
  await configuration.reload();
  assert.equal(configuration.activeProfile, null);
  assert.deepEqual(configuration.problems().map((problem) => problemLine(problem).replace(`${folder.path}/`, "")), [
    'user/config-overrides.toml:1:18: active_profile: is "c", which inherits in a circle (c → b → c), expected an end',
  ]);
  await folder.write("user/config-overrides.toml", 'active_profile = "tpo"\n[server]\nport = 8001\n');
  await configuration.reload();
  assert.deepEqual(configuration.problems().map(({ text }) => text), [
    'is "tpo", which is not there, did you mean "top"?',
  ]);
  await folder.write("user/config-overrides.toml", "active_profile = 5\n");
  await configuration.reload();
  assert.deepEqual(configuration.problems().map(({ text }) => text), ["is 5, expected the name of a profile"]);
});

Deno.test("a bad value of a profile is left out when it is active, and keeps others from switching to it", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": 'active_profile = "half"\n',
    "user/profiles/half.toml": "[overrides.history]\nraw_days = 0\nchange_days = 20\n",
    "user/profiles/broken.toml": "[overrides\n",
    "user/profiles/camping.toml": "[overrides.history]\nraw_days = 1\n",
    "user/profiles/note.json": "{}",
    "user/profiles/not a profile.txt": "x",
  });
  const configuration = await folder.load();
  assert.deepEqual([configuration.effective.history.raw_days, configuration.effective.history.change_days], [2, 20]);
  assert.deepEqual(configuration.problems().map((problem) => problemLine(problem).replace(`${folder.path}/`, "")), [
    "user/profiles/camping.toml: is named as a profile of the program, expected another name",
    "user/profiles/half.toml:2:12: history.raw_days: is 0, expected an integer from 1 to 90",
  ]);
  const infos = new Map(configuration.profiles().map((info) => [info.name, info]));
  assert.deepEqual([...infos.keys()], ["camping", "storage", "broken", "half"]);
  assert.deepEqual([infos.get("half")?.active, infos.get("camping")?.shipped], [true, true]);
  assert.deepEqual(infos.get("half")?.overrides, { "history.change_days": 20 });
  assert.equal(infos.get("half")?.problems.length, 1);
  assert.match(await refusal(configuration.switchProfile("broken", me), folder), /^conflict: .*broken\.toml:1/);
  assert.equal(
    await refusal(() => configuration.exportProfile("half"), folder),
    'invalid: Cannot export profile "user/profiles/half.toml": line 2: history.raw_days is 0, expected an integer from ' +
      "1 to 90",
  );
});

Deno.test("Configuration.saveProfile() makes profiles of the present or of values, and changes them with their comments", async () => {
  await using folder = await configFolder({
    "user/config-overrides.toml": "history.raw_days = 3\nserver.port = 8001\n",
  });
  const configuration = await folder.load();
  await configuration.switchProfile("camping", me);
  const made = await configuration.saveProfile(
    { name: "beach", description: "By the sea.", inherits: null, replace: false },
    me,
  );
  assert.deepEqual(made, {
    name: "beach",
    description: "By the sea.",
    author: "Ann",
    createdAt: "2026-05-01T12:00:00.000Z",
    inherits: null,
    active: false,
    shipped: false,
    overrides: { "server.port": 8001, "history.raw_days": 7, "history.min_interval_seconds": 15 },
    problems: [],
  });
  const path = "user/profiles/beach.toml";
  await folder.write(
    path,
    `# our beach\n${(await folder.read(path)).replace("raw_days = 7", "raw_days = 7 # a week")}`,
  );
  await configuration.reload();
  const overrides = { "history.raw_days": 8, "logging.areas.hub": "debug" };
  const changed = await configuration.saveProfile(
    { name: "beach", description: "New.", inherits: "storage", overrides, replace: true },
    { actor: "Bob" },
  );
  assert.deepEqual([changed.overrides, changed.inherits, changed.description, changed.author], [
    { "history.raw_days": 8, "logging.areas.hub": "debug" },
    "storage",
    "New.",
    "Ann",
  ]);
  const text = await folder.read(path);
  assert.match(text, /^# our beach$/m);
  assert.match(text, /raw_days = 8 # a week/);
  assert.doesNotMatch(text, /port|min_interval/);
  const plain = { description: "", overrides: {}, replace: true };
  assert.equal((await configuration.saveProfile({ ...plain, name: "beach", inherits: null }, me)).inherits, null);
  await folder.write(path, "[overrides\n");
  await configuration.reload();
  assert.deepEqual((await configuration.saveProfile({ ...plain, name: "beach", inherits: null }, me)).problems, []);
});

Deno.test("Configuration.saveProfile() refuses names, values and heritage that cannot be", async () => {
  await using folder = await configFolder({
    "user/profiles/a.toml": 'inherits = "b"\n',
    "user/profiles/b.toml": "[overrides]\n",
  });
  const configuration = await folder.load();
  const save = (profile: Partial<Parameters<typeof configuration.saveProfile>[0]>) =>
    refusal(
      configuration.saveProfile(
        { name: "x", description: "", inherits: null, overrides: {}, replace: false, ...profile },
        me,
      ),
      folder,
    );
  const named = "has other characters in its name, expected 1 to 64 letters, digits, hyphens and underscores, the " +
    "first a letter or digit";
  for (const name of ["../x", "", "a/b", ".hidden", "x".repeat(65), "a b", "a\0b"]) {
    assert.match(await save({ name }), new RegExp(`^invalid: Cannot save profile ".*": ${named}$`, "s"), name);
  }
  assert.equal(
    await save({ name: "camping", replace: true }),
    'conflict: Cannot save profile "camping": it is part of the program, expected another name',
  );
  assert.equal(
    await save({ name: "b" }),
    'conflict: Cannot save profile "b": there is one of this name, expected the word to replace it',
  );
  assert.equal(
    await save({ overrides: { "server.port": 0, "system.active_model": "x" } }),
    'invalid: Cannot save profile "x": server.port is 0, expected an integer from 1 to 65535; system.active_model is ' +
      "written by the program alone, nobody sets it",
  );
  assert.match(await save({ overrides: { "server.prot": 0 } }), /^notFound: .*did you mean server\.port/);
  assert.match(await save({ inherits: "nobody" }), /^invalid: .*inherits inherits "nobody", which is not there$/);
  assert.match(await save({ name: "b", replace: true, inherits: "a" }), /inherits in a circle \(b → a → b\)/);
  assert.deepEqual([...Deno.readDirSync(`${folder.path}/user/profiles`)].map(({ name }) => name).sort(), [
    "a.toml",
    "b.toml",
  ]);
});

Deno.test("Configuration.deleteProfile() keeps what is active, inherited from or part of the program", async () => {
  await using folder = await configFolder({
    "user/profiles/a.toml": 'inherits = "b"\n',
    "user/profiles/b.toml": "[overrides]\n",
  });
  const configuration = await folder.load();
  const remove = (name: string) => refusal(configuration.deleteProfile(name, me), folder);
  assert.equal(await remove("camping"), 'conflict: Cannot delete profile "camping": it is part of the program');
  assert.equal(
    await remove("b"),
    'conflict: Cannot delete profile "b": "a" inherits from it, expected that to be deleted first',
  );
  await configuration.switchProfile("a", me);
  assert.equal(
    await remove("a"),
    'conflict: Cannot delete profile "a": it is the active one, expected a switch to another first',
  );
  await configuration.switchProfile(null, me);
  assert.equal(await remove("a"), "done");
  assert.equal(await remove("a"), 'notFound: Cannot find profile "a": there is none of this name');
  const [backup] = (await configuration.backups()).filter(({ file }) => file === "profiles/a.toml");
  assert(backup && backup.id.startsWith("profiles."));
  await configuration.restoreBackup(backup.id, me);
  assert.deepEqual(configuration.profiles().map(({ name }) => name), ["camping", "storage", "a", "b"]);
  await configuration.deleteBackup(backup.id);
  assert.equal((await configuration.backups()).some(({ id }) => id === backup.id), false);
});

Deno.test("profiles go out as TOML and come back the same; what is wrong stays out", async () => {
  await using folder = await configFolder({ "user/config-overrides.toml": "history.raw_days = 3\n" });
  await using elsewhere = await configFolder();
  const here = await folder.load();
  const there = await elsewhere.load();
  const made = await here.saveProfile({ name: "beach", description: "Sea.", inherits: "camping", replace: false }, me);
  const toml = here.exportProfile("beach");
  const taken = await there.importProfile(toml, { actor: "Bob", replace: false });
  assert.deepEqual(taken, made);
  assert.match(await refusal(there.importProfile(toml, { actor: "Bob", replace: false }), elsewhere), /^conflict: /);
  assert.deepEqual(await there.importProfile(toml, { actor: "Bob", replace: true }), made);
  const shipped = here.exportProfile("storage").replace('name = "storage"', 'name = "winter"').replace("CoachIQ", "");
  const winter = await there.importProfile(shipped, { actor: "Bob", replace: false });
  assert.deepEqual([winter.name, winter.author, winter.overrides["logging.level"]], ["winter", "Bob", "warning"]);
  assert.equal(
    await refusal(() => here.exportProfile("none"), folder),
    'notFound: Cannot find profile "none": there is none of this name',
  );
  const bad: readonly (readonly [string, string])[] = [
    ["[overrides", ""],
    ["[overrides]\n", 'invalid: Cannot import profile "profile.toml": name is not there, expected the profile\'s name'],
    [
      'name = "x"\n[overrides]\nserver.port = 0\n',
      'invalid: Cannot import profile "profile.toml": line 3: server.port is 0, expected an integer from 1 to 65535',
    ],
    ['name = "../x"\n', ""],
    [
      `name = "x"\ndescription = "${"x".repeat(2_000_000)}"\n`,
      'invalid: Cannot import profile "profile.toml": is 2000028 bytes long, expected at most 1048576',
    ],
  ];
  for (const [text, sentence] of bad) {
    const told = await refusal(there.importProfile(text, { actor: "Bob", replace: true }), elsewhere);
    if (sentence === "") assert.match(told, /^invalid: Cannot import profile "profile\.toml": line 1: /);
    else assert.equal(told, sentence);
  }
});
