import assert from "node:assert/strict";
import fc from "fast-check";
import { type FileSystem, realFileSystem } from "../base/durable_file.ts";
import { ManualClock } from "../base/mod.ts";
import { ConfigError } from "./config_error.ts";
import { ConfigFiles, type ConfigFilesOptions } from "./config_files.ts";
import { backupId, parseBackupName } from "./file_names.ts";

const noon = Date.UTC(2026, 4, 1, 12);

interface Place {
  readonly files: ConfigFiles;
  readonly clock: ManualClock;
  readonly folder: string;
  readonly backupsFolder: string;
  /** What is in a file; undefined when it is not there. */
  text(name: string): Promise<string | undefined>;
  /** What a backup holds. */
  backupText(id: string): Promise<string>;
}

type Settings = Partial<Pick<ConfigFilesOptions, "validate" | "keepBackups" | "migrations" | "fileSystem">>;

/** Real folders that are gone afterwards. */
async function inFolder(use: (place: Place) => Promise<void>, settings: Settings = {}): Promise<void> {
  const root = await Deno.makeTempDir();
  const [folder, backupsFolder] = [`${root}/user`, `${root}/backups/config`];
  const clock = new ManualClock({ wallMs: noon });
  const files = new ConfigFiles({ folder, backupsFolder, clock, ...settings });
  const text = (name: string) => Deno.readTextFile(`${folder}/${name}`).catch(() => undefined);
  try {
    await files.start();
    await use({
      files,
      clock,
      folder,
      backupsFolder,
      text,
      backupText: (id) => Deno.readTextFile(`${backupsFolder}/${id}`),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function refusal(work: Promise<unknown>): Promise<readonly [string, string]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ConfigError) return [error.kind, error.message];
    throw error;
  }
  return ["done", ""];
}

Deno.test("ConfigFiles.save() makes a file of the present version, and changes keys of it", () =>
  inFolder(async ({ files, text, folder }) => {
    const made = await files.save("overrides", "# mine\n[server]\nport = 80 # web\n");
    assert.deepEqual([made.changed, made.backup, made.file.name, made.file.fromVersion], [
      true,
      undefined,
      "overrides.toml",
      0,
    ]);
    assert.equal(await text("overrides.toml"), "version = 1\n\n# mine\n[server]\nport = 80 # web\n");
    const changed = await files.save("overrides.toml", { set: { "server.port": 81, "logging.level": "debug" } });
    assert.deepEqual(changed.file.parsed.tree, { server: { port: 81 }, logging: { level: "debug" } });
    assert.equal(
      await text("overrides.toml"),
      'version = 1\n\n# mine\n[server]\nport = 81 # web\n\n[logging]\nlevel = "debug"\n',
    );
    assert.deepEqual(changed.file.parsed.placeOf(["server", "port"]), { line: 5, column: 8 });
    assert.equal(changed.file.parsed.file, `${folder}/overrides.toml`);
    await files.save("fresh.yml", { set: { a: { b: [1] } } });
    assert.equal(await text("fresh.yml"), "a:\n  b:\n    - 1\nversion: 1\n");
    assert.equal((await Deno.stat(`${folder}/fresh.yml`)).mode! & 0o777, 0o600);
  }));

Deno.test("ConfigFiles.save() writes nothing, and keeps no backup, when nothing changes", () =>
  inFolder(async ({ files }) => {
    await files.save("a.json", '{"x": 1}');
    const { changed, backup } = await files.save("a.json", { set: { x: 1 }, remove: ["y"] });
    assert.deepEqual([changed, backup, await files.backups()], [false, undefined, []]);
  }));

Deno.test("ConfigFiles.save() checks before it writes", () =>
  inFolder(async ({ files, text, folder }) => {
    await files.save("a", "port = 80");
    const file = `${folder}/a.toml`;
    const says: readonly (readonly [Promise<unknown>, string])[] = [
      [files.save("a", "port = 70000\n"), `Cannot save "${file}": line 1: port is 70000, expected at most 65535`],
      [
        files.save("a", { set: { port: 70001 } }),
        `Cannot save "${file}": line 1: port is 70001, expected at most 65535`,
      ],
      [files.save("a", "port ="), `Cannot save "${file}": line 1: there is no value, expected one after "="`],
      [
        files.save("a", { set: { "port.x": 1 } }),
        `Cannot change "${file}": port.x is inside of a single value, expected a table there`,
      ],
      [
        files.save("a", { set: { version: 2 } }),
        `Cannot save "${file}": version is set by the program, expected no change of it`,
      ],
      [
        files.save("a", { remove: ["version"] }),
        `Cannot save "${file}": version is set by the program, expected no change of it`,
      ],
      [
        files.save("a", "version = 2\n"),
        `Cannot save "${file}": line 1: version is 2: a newer program wrote this file, expected at most 1`,
      ],
    ];
    for (const [work, message] of says) assert.deepEqual(await refusal(work), ["invalid", message]);
    assert.equal(await text("a.toml"), "port = 80\nversion = 1\n");
    assert.deepEqual(await files.backups(), []);
  }, {
    validate: ({ port }, { file, placeOf }) =>
      typeof port === "number" && port > 65535
        ? [{ file, ...placeOf(["port"]), key: "port", text: `is ${port}, expected at most 65535` }]
        : [],
  }));

Deno.test("ConfigFiles.load() brings an older file to the present version in memory alone", () =>
  inFolder(async ({ files, folder, text }) => {
    await Deno.writeTextFile(`${folder}/old.toml`, "# mine\nport = 80\n");
    const loaded = await files.load("old");
    assert.deepEqual(loaded.parsed.tree, { port: 80 });
    assert.deepEqual([loaded.fromVersion, loaded.text], [0, "# mine\nport = 80\nversion = 1\n"]);
    assert.deepEqual(loaded.parsed.placeOf(["port"]), { line: 2, column: 8 });
    assert.equal(await text("old.toml"), "# mine\nport = 80\n");
    const { backup } = await files.save("old", { set: { port: 81 } });
    assert.equal(await text("old.toml"), "# mine\nport = 81\nversion = 1\n");
    assert.equal(backup?.file, "old.toml");
  }));

Deno.test("ConfigFiles.load() refuses what is no file of a configuration", () =>
  inFolder(async ({ files, folder }) => {
    await Deno.writeFile(`${folder}/big.toml`, new Uint8Array(10 * 1024 * 1024));
    await Deno.writeTextFile(`${folder}/bad.toml`, "a = ");
    await Deno.writeTextFile(`${folder}/new.toml`, "version = 7");
    await Deno.symlink("/etc/hostname", `${folder}/link.toml`);
    await Deno.mkdir(`${folder}/folder.toml`);
    const says = async (name: string) => (await refusal(files.load(name))).join(": ").replaceAll(`${folder}/`, "");
    assert.equal(
      await says("big"),
      'invalid: Cannot read "big.toml": is 10485760 bytes long, expected at most 1048576',
    );
    assert.equal(
      await says("bad"),
      'invalid: Cannot load "bad.toml": line 1: there is no value, expected one after "="',
    );
    assert.equal(
      await says("new"),
      'invalid: Cannot load "new.toml": line 1: version is 7: a newer program wrote this file, expected at most 1',
    );
    assert.equal(await says("link"), 'invalid: Cannot read "link.toml": is no ordinary file, expected one');
    assert.equal(await says("folder"), 'invalid: Cannot read "folder.toml": is no ordinary file, expected one');
    assert.equal(await says("none"), 'notFound: Cannot read "none.toml": there is no such file');
  }));

Deno.test("ConfigFiles takes no name that could lead out of its folder", () =>
  inFolder(async ({ files, folder }) => {
    const names = [
      ...["", ".", "..", "../a", "a/b", "/etc/passwd", "a\0", "a\n", "-a", "_a", ".hidden", "a.toml/../b", "a..toml"],
      ...["a.txt", "a.toml.exe", "ä", "a b", "a".repeat(65), `${"a".repeat(65)}.toml`, "%2e%2e", "a.TOML", "..\\a"],
    ];
    for (const name of names) {
      const works = [files.load(name), files.save(name, ""), files.remove(name), files.backup(name, "x")];
      for (const work of works) {
        const [kind, message] = await refusal(work);
        assert.equal(kind, "invalid", name);
        assert.match(message, /^Cannot use file name ".*": it has other characters, expected 1 to 64 letters/);
      }
    }
    await files.save("a".repeat(64), "");
    for (const label of ["", "../x", "a.b", "a/b", "a".repeat(65), "x\0"]) {
      const [kind, message] = await refusal(files.backup("a".repeat(64), label));
      assert.equal(kind, "invalid", label);
      assert.match(message, /^Cannot use backup name ".*": it has other characters/);
    }
    for (const id of ["", "..", "../user/a.toml", "00000001.20260501T120000Z.auto.a.toml", `${"0".repeat(300)}`]) {
      for (const work of [files.restore(id), files.removeBackup(id)]) {
        const [kind, message] = await refusal(work);
        assert.equal(kind, "notFound", id);
        assert.match(message, /^Cannot find backup ".*": there is none of this id$/);
      }
    }
    assert.deepEqual((await files.list()).map(({ name }) => name), [`${"a".repeat(64)}.toml`]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/..`)].map(({ name }) => name).sort(), ["backups", "user"]);
  }));

Deno.test("ConfigFiles.list() names the files of ours", () =>
  inFolder(async ({ files, folder }) => {
    await files.save("b.json", "");
    await files.save("a", "x = 1");
    await Deno.writeTextFile(`${folder}/notes.txt`, "");
    await Deno.writeTextFile(`${folder}/.a.toml.swp`, "");
    await Deno.utime(`${folder}/a.toml`, noon / 1000, noon / 1000);
    const [a, b] = await files.list();
    assert.deepEqual(a, { name: "a.toml", format: "toml", sizeBytes: 18, changedAtMs: noon });
    assert.deepEqual([b?.name, b?.format], ["b.json", "json"]);
  }));

Deno.test("ConfigFiles keeps a backup before each change, and restores it", () =>
  inFolder(async ({ files, clock, text, backupText }) => {
    await files.save("a", "x = 1\n");
    clock.advance(1_500);
    await files.save("a", "x = 2\n");
    const gone = await files.remove("a");
    assert.equal(await text("a.toml"), undefined);
    const [second, first, ...more] = await files.backups();
    assert.deepEqual(second, gone);
    assert.deepEqual([first?.id, more], ["00000001.20260501T120001Z.auto.a.toml", []]);
    assert.deepEqual(first, { id: first?.id, sequence: 1, createdAtMs: noon + 1_000, file: "a.toml" });
    assert.equal(await backupText(second?.id ?? ""), "x = 2\nversion = 1\n");
    const back = await files.restore(first?.id ?? "");
    assert.deepEqual([back.changed, back.backup], [true, undefined]);
    assert.equal(await text("a.toml"), "x = 1\nversion = 1\n");
    const there = await files.restore(second?.id ?? "");
    assert.equal(await backupText(there.backup?.id ?? ""), "x = 1\nversion = 1\n");
    assert.deepEqual((await files.restore(second?.id ?? "")).changed, false);
    assert.deepEqual(await refusal(files.remove("b")).then(([kind]) => kind), "notFound");
  }));

Deno.test("ConfigFiles keeps named backups until their owner removes them", () =>
  inFolder(async ({ files }) => {
    await files.save("a", "x = 1\n");
    await files.save("b.yaml", "x: 1\n");
    const named = await files.backup("a", "before-trip");
    assert.deepEqual([named.label, named.file, named.id], [
      "before-trip",
      "a.toml",
      "00000001.20260501T120000Z.named.before-trip.a.toml",
    ]);
    for (let x = 2; x < 9; x++) {
      await files.save("a", { set: { x } });
      await files.save("b.yaml", { set: { x } });
    }
    const kept = async () =>
      (await files.backups()).map(({ sequence, file, label }) => `${sequence} ${file} ${label ?? ""}`);
    assert.deepEqual(await kept(), ["15 b.yaml ", "14 a.toml ", "13 b.yaml ", "12 a.toml ", "1 a.toml before-trip"]);
    assert.equal((await files.cleanup(1)).length, 2);
    assert.deepEqual(await kept(), ["15 b.yaml ", "14 a.toml ", "1 a.toml before-trip"]);
    assert.deepEqual(await files.cleanup(), []);
    assert.equal((await files.cleanup(0)).length, 2);
    await files.removeBackup(named.id);
    assert.deepEqual(await kept(), []);
    for (const keep of [-1, 0.5, NaN]) {
      assert.deepEqual(await refusal(files.cleanup(keep)), [
        "invalid",
        `Cannot clean up backups: keep is ${keep}, expected a whole number from 0`,
      ]);
    }
    // A number is not given twice, though all backups are gone.
    assert.equal((await files.backup("a", "again")).sequence, 16);
  }, { keepBackups: 2 }));

Deno.test("ConfigFiles keeps 20 backups of a file unless it is told otherwise", () =>
  inFolder(async ({ files }) => {
    for (let x = 0; x < 25; x++) await files.save("a", { set: { x } });
    assert.equal((await files.backups()).length, 20);
  }));

Deno.test("ConfigFiles sorts backups by their order when the clock goes back", () =>
  inFolder(async ({ files, clock }) => {
    await files.save("a", "x = 1\n");
    await files.save("a", "x = 2\n");
    clock.setWallMs(0);
    await files.save("a", "x = 3\n");
    assert.deepEqual((await files.backups()).map(({ id }) => id), [
      "00000002.19700101T000000Z.auto.a.toml",
      "00000001.20260501T120000Z.auto.a.toml",
    ]);
  }));

Deno.test("ConfigFiles.restore() refuses a backup that is not right any more", () =>
  inFolder(async ({ files, backupsFolder, text }) => {
    await files.save("a", "x = 1\n");
    await Deno.writeTextFile(`${backupsFolder}/00000005.20260501T120000Z.auto.a.toml`, "x = \n");
    await Deno.writeTextFile(`${backupsFolder}/00000006.20260501T120000Z.named.old.b.toml`, "x = 5\n");
    await Deno.writeTextFile(`${backupsFolder}/00000007.20269901T120000Z.auto.a.toml`, "no time");
    await Deno.writeTextFile(`${backupsFolder}/readme.txt`, "no backup");
    assert.deepEqual((await files.backups()).map(({ sequence }) => sequence), [6, 5]);
    const [kind] = await refusal(files.restore("00000005.20260501T120000Z.auto.a.toml"));
    assert.deepEqual([kind, await text("a.toml")], ["invalid", "x = 1\nversion = 1\n"]);
    // One of an older version is brought to the present one.
    await files.restore("00000006.20260501T120000Z.named.old.b.toml");
    assert.equal(await text("b.toml"), "x = 5\nversion = 1\n");
  }));

Deno.test("ConfigFiles makes changes one after the other", () =>
  inFolder(async ({ files }) => {
    await Promise.all([
      ...Array.from({ length: 12 }, (_, x) => files.save("a", { set: { [`k${x}`]: x } })),
      refusal(files.save("a", "x =")),
    ]);
    assert.equal(Object.keys((await files.load("a")).parsed.tree).length, 12);
    assert.equal((await files.backups()).length, 11);
  }));

/** A file system on which every step from the given one on fails, as after a power cut. */
function failingFrom(step: number): { readonly fileSystem: FileSystem; readonly steps: () => number } {
  let count = 0;
  const next = () => {
    if (++count >= step) throw new Error("the power is gone");
  };
  const before =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      next();
      return await call(...args);
    };
  const fileSystem: FileSystem = {
    ...realFileSystem,
    setMode: before(realFileSystem.setMode),
    sync: before(realFileSystem.sync),
    rename: before(realFileSystem.rename),
    remove: before(realFileSystem.remove),
    create: async (path, options) => {
      next();
      const file = await realFileSystem.create(path, options);
      return {
        ...file,
        write: before((data) => file.write(data.subarray(0, 7))),
        sync: before(() => file.sync()),
        close: () => file.close(),
      };
    },
  };
  return { fileSystem, steps: () => count };
}

Deno.test("ConfigFiles leaves the old file or the new one, whole, wherever a change is interrupted", async () => {
  const [old, now] = ["x = 1 # the old one, of some length\nversion = 1\n", "x = 2 # the new one\nversion = 1\n"];
  let interrupted = 0;
  for (const change of ["save", "restore", "remove"] as const) {
    for (let step = 1;; step++) {
      const { fileSystem, steps } = failingFrom(step);
      let done = false;
      await inFolder(async ({ files: good, folder, backupsFolder, clock, text }) => {
        await good.save("a", now);
        await good.save("a", old);
        const [{ id } = { id: "" }] = await good.backups();
        const failing = new ConfigFiles({ folder, backupsFolder, clock, fileSystem, keepBackups: 1 });
        const work = {
          save: () => failing.save("a", now),
          restore: () => failing.restore(id),
          remove: () => failing.remove("a"),
        };
        await work[change]().then(() => done = true, () => {});
        await good.start();
        const left = await text("a.toml");
        assert.ok(left === old || left === (change === "remove" ? undefined : now), `${change} ${step}: ${left}`);
        for (const backup of await good.backups()) assert.ok((await good.restore(backup.id)).file.parsed.tree);
        const names = [...Deno.readDirSync(folder), ...Deno.readDirSync(backupsFolder)].map(({ name }) => name);
        assert.ok(names.every((name) => name === "a.toml" || parseBackupName(name)), names.join());
        if (left !== old) assert.ok((await good.backups()).length > 0);
      });
      if (done) {
        assert.ok(steps() < step);
        break;
      }
      interrupted++;
    }
  }
  assert.ok(interrupted > 30, `${interrupted} interruptions`);
});

Deno.test("parseBackupName() reads every name that a backup is given", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
  fc.assert(
    fc.property(
      word,
      fc.option(word, { nil: undefined }),
      fc.date({ min: new Date(0), max: new Date(253e12), noInvalidDate: true }),
      (name, label, at) => {
        const file = `${name}.yaml`;
        const id = backupId(file, { sequence: 42, wallMs: at.getTime(), ...(label === undefined ? {} : { label }) });
        assert.deepEqual(parseBackupName(id), {
          id,
          sequence: 42,
          createdAtMs: Math.floor(at.getTime() / 1000) * 1000,
          file,
          ...(label === undefined ? {} : { label }),
        });
      },
    ),
  );
});
