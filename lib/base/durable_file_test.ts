import { cleanLeftovers, type FileSystem, moveIntoPlace, realFileSystem, replaceFile } from "./durable_file.ts";

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

const steps = ["modeOf", "create", "write", "setMode", "fileSync", "rename", "folderSync"] as const;

/** The real file system that notes each step and fails at one of them. */
function faulty(failAt: typeof steps[number] | undefined, log: string[] = []): FileSystem {
  const step = (name: typeof steps[number]) => {
    log.push(name);
    if (name === failAt) throw new Error(`No space left on device (${name})`);
  };
  return {
    ...realFileSystem,
    modeOf: (path) => {
      step("modeOf");
      return realFileSystem.modeOf(path);
    },
    create: async (path, options) => {
      step("create");
      const file = await realFileSystem.create(path, options);
      return {
        write: (data) => {
          step("write");
          return file.write(data.subarray(0, 5));
        },
        sync: () => {
          step("fileSync");
          return file.sync();
        },
        close: () => file.close(),
      };
    },
    setMode: (path, mode) => {
      step("setMode");
      return realFileSystem.setMode(path, mode);
    },
    rename: (from, to) => {
      step("rename");
      return realFileSystem.rename(from, to);
    },
    sync: (path) => {
      step("folderSync");
      return realFileSystem.sync(path);
    },
  };
}

Deno.test("replaceFile() writes all, syncs, renames and syncs the folder, in that order, and keeps permissions", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a.toml`;
  await Deno.writeTextFile(path, "old");
  await Deno.chmod(path, 0o640);
  const log: string[] = [];
  await replaceFile("new content", { path, fileSystem: faulty(undefined, log) });
  equal(await Deno.readTextFile(path), "new content");
  equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o640);
  equal(log, ["modeOf", "create", "write", "write", "write", "setMode", "fileSync", "rename", "folderSync"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("replaceFile() creates a missing file for its owner alone", async () => {
  const folder = await Deno.makeTempDir();
  await replaceFile(new Uint8Array([1, 2]), { path: `${folder}/a` });
  equal([...await Deno.readFile(`${folder}/a`)], [1, 2]);
  equal(((await Deno.stat(`${folder}/a`)).mode ?? 0) & 0o777, 0o600);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("replaceFile() keeps the old content and leaves nothing behind when any step before the rename fails", async () => {
  for (const failAt of steps.slice(0, -1)) {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/a`;
    await Deno.writeTextFile(path, "old");
    const message = await failure(replaceFile("new", { path, fileSystem: faulty(failAt) }));
    equal(message, `Cannot replace "${path}": No space left on device (${failAt}); the old content is kept`);
    equal(await Deno.readTextFile(path), "old");
    equal(await realFileSystem.names(folder), ["a"]);
    await replaceFile("new", { path });
    equal(await Deno.readTextFile(path), "new");
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("replaceFile() says that the new content is in place when only the folder could not be synced", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a`;
  await Deno.writeTextFile(path, "old");
  equal(
    await failure(replaceFile("new", { path, fileSystem: faulty("folderSync") })),
    `Cannot replace "${path}": No space left on device (folderSync); ` +
      "the new content is in place and may not survive a power cut",
  );
  equal(await Deno.readTextFile(path), "new");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("moveIntoPlace() replaces durably, names both files when it cannot, and refuses another folder", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/live`, "old");
  await Deno.writeTextFile(`${folder}/shadow`, "new");
  const files = { from: `${folder}/shadow`, to: `${folder}/live` };
  equal(
    await failure(moveIntoPlace(files, faulty("rename"))),
    `Cannot put "${folder}/shadow" in the place of "${folder}/live": No space left on device (rename)`,
  );
  equal(await Deno.readTextFile(files.to), "old");
  await moveIntoPlace(files);
  equal(await Deno.readTextFile(files.to), "new");
  const elsewhere = await failure(moveIntoPlace({ from: "shadow", to: "/live" }));
  equal(elsewhere, 'Cannot put "shadow" in the place of "/live": they are in different folders, expected the same');
  await Deno.remove(folder, { recursive: true });
});

Deno.test("cleanLeftovers() removes half-written files of replaceFile() and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of [".a.toml.0123456789ab.part", ".hidden", "a.toml", "b.part"]) {
    await Deno.writeTextFile(`${folder}/${name}`, "");
  }
  equal(await cleanLeftovers(folder), [".a.toml.0123456789ab.part"]);
  equal([...await realFileSystem.names(folder)].sort(), [".hidden", "a.toml", "b.part"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("realFileSystem.modeOf() passes on what is not a missing file", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a`, "");
  await failure(realFileSystem.modeOf(`${folder}/a/b`));
  await Deno.remove(folder, { recursive: true });
});
