import { composeExecutable } from "../../tools/compile/mod.ts";
import { processPermissions, setupCommands } from "../../tools/compile/permissions.ts";
import { runtimeFlags } from "../../tools/compile/runtime_flags.ts";

const path = "/usr/sbin:/usr/bin:/sbin:/bin";

const mebibyte = 1 << 20;

/** What is behind `exit` is there to be unpacked: text, what hardly compresses, and a shorter end of text. */
const runtime = new Uint8Array(3.5 * mebibyte);
runtime.set(new TextEncoder().encode(
  '#!/bin/sh\n[ -z "${CALLS:-}" ] || echo "$1 $DENO_DIR" >> "$CALLS"\n' +
    'for word in "$@"; do printf \'%s\\n\' "$word"; done\nprintf \'DENO_DIR=%s\\n\' "$DENO_DIR"\nexit\n',
));
for (let at = 1000; at < runtime.length; at++) runtime[at] = 33 + (at * at >> 5) % 90;
for (let at = 2 * mebibyte, next = 1; at < 3 * mebibyte; at++) {
  next = next * 48_271 % 0x7fffffff;
  runtime[at] = next;
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A built file around a stand-in runtime that prints its arguments, and writes the first of them into the file that
 * CALLS names; and folders to run it in.
 */
class BuiltProgram {
  readonly folder: string;
  readonly file: string;
  readonly cache: string;

  constructor(folder: string) {
    this.folder = folder;
    this.file = `${folder}/coachiq`;
    this.cache = `${folder}/cache`;
  }

  build(target: string = Deno.build.arch): void {
    Deno.writeFileSync(this.file, composed(target), { mode: 0o755 });
  }

  /** Runs it by its path, or by another word that leads to it. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}, word = this.file): Promise<Ran> {
    const output = await new Deno.Command("/usr/bin/env", {
      args: [word, ...args],
      clearEnv: true,
      env: { PATH: path, XDG_CACHE_HOME: this.cache, ...env },
      cwd: "/",
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code: output.code, stdout: decoder.decode(output.stdout), stderr: decoder.decode(output.stderr) };
  }

  /** The folder of the unpacked program, once it ran. */
  unpacked(): string {
    const names = [...Deno.readDirSync(`${this.cache}/coachiq`)].map((entry) => entry.name);
    const name = names.find((name) => /^[0-9a-f]{64}$/.test(name));
    if (names.length !== 1 || name === undefined) {
      throw new Error(`the cache holds ${names.join(", ")}, expected one hash`);
    }
    return `${this.cache}/coachiq/${name}`;
  }
}

const composedFor = new Map<string, Uint8Array>();

/** The file around the stand-in runtime, made once for each machine. */
function composed(target: string): Uint8Array {
  const text = (lines: string) => new TextEncoder().encode(lines);
  const entries = [
    { path: "deno", data: runtime, executable: true },
    { path: "main.js", data: text("0;\n") },
    { path: "static/deep/page.txt", data: text("page\n") },
  ];
  const bytes = composedFor.get(target) ?? composeExecutable(entries, { version: "1.2.3", target });
  composedFor.set(target, bytes);
  return bytes;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function flowTest(name: string, body: (program: BuiltProgram) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "coachiq-unpack-" });
    try {
      const program = new BuiltProgram(folder);
      program.build();
      await body(program);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

flowTest("the built file passes its arguments on unchanged, spaces and quotes included", async (program) => {
  const ran = await program.run(["decode", "two words", "it's", "", "--json"]);
  check(ran.code === 0 && ran.stderr === "", ran.stderr);
  const after = ran.stdout.slice(ran.stdout.indexOf("/main.js\n") + "/main.js\n".length);
  check(after.startsWith("decode\ntwo words\nit's\n\n--json\n"), ran.stdout);
  check(ran.stdout.includes("--no-prompt\n") && ran.stdout.includes("--no-remote\n"), ran.stdout);
});

function rootTest(name: string, body: (program: BuiltProgram) => Promise<void>): void {
  if (Deno.uid() === 0) flowTest(name, body);
  else Deno.test.ignore(`${name} (skipped, this needs root)`, () => {});
}

for (const command of setupCommands) {
  flowTest(`the built file gives ${command} its own path, and the permission to start programs`, async (program) => {
    Deno.mkdirSync(`${program.folder}/bin`);
    Deno.symlinkSync(program.file, `${program.folder}/bin/coachiq`);
    const env = { PATH: `${program.folder}/bin:${path}` };
    const ran = await program.run([command, "--dry-run", "a b"], env, "coachiq");
    check(ran.stdout.includes("--allow-run\n"), ran.stdout);
    check(ran.stdout.includes(`/main.js\n${command}\n--self\n${program.file}\n--dry-run\na b\n`), ran.stdout);
  });
}

flowTest("the built file gives no other sub-command the permission to start programs", async (program) => {
  for (const args of [[], ["serve"], ["serve", "install"], ["--", "install"], ["installed"], ["doctor", "upgrade"]]) {
    const ran = await program.run(args);
    check(ran.code === 0 && !ran.stdout.includes("--allow-run") && !ran.stdout.includes("--self"), ran.stdout);
  }
});

flowTest("the built file hands on flags and features of the runtime", async (program) => {
  const ran = await program.run(["version"]);
  for (const flag of [...runtimeFlags, ...processPermissions]) check(ran.stdout.includes(`${flag}\n`), flag);
});

flowTest(
  "the built file has its program read through by a process of its own before the first server",
  async (program) => {
    const calls = `${program.folder}/calls`;
    const denoDir = `${program.cache}/coachiq/deno`;
    Deno.mkdirSync(denoDir, { recursive: true, mode: 0o700 });
    Deno.chmodSync(`${program.cache}/coachiq`, 0o700);
    for (const args of [["version"], ["serve"], [], ["--port", "0"], ["db", "status"]]) {
      const ran = await program.run(args, { CALLS: calls });
      check(ran.code === 0, ran.stderr);
    }
    const found = (await Deno.readTextFile(calls)).trim().split("\n");
    check(
      found.join() === ["run", "cache", "run", "run", "run", "run"].map((word) => `${word} ${denoDir}`).join(),
      found.join(),
    );
  },
);

flowTest("the built file unpacks once, into a private folder", async (program) => {
  await program.run(["version"]);
  const first = Deno.statSync(`${program.unpacked()}/main.js`);
  check(
    ((Deno.statSync(`${program.cache}/coachiq`).mode ?? 0) & 0o777) === 0o700,
    "the cache can be entered by others",
  );
  await program.run(["version"]);
  check(Deno.statSync(`${program.unpacked()}/main.js`).ino === first.ino, "it unpacked twice");
});

for (
  const [what, damage] of [
    ["a truncated file", (folder: string) => Deno.truncateSync(`${folder}/main.js`, 1)],
    ["a missing file", (folder: string) => Deno.removeSync(`${folder}/static/deep/page.txt`)],
    ["an added file", (folder: string) => Deno.writeTextFileSync(`${folder}/node_modules.js`, "evil")],
    ["a file of other content and equal size", (folder: string) => Deno.writeTextFileSync(`${folder}/main.js`, "1;\n")],
    ["no stamp, as half an unpacking leaves it", (folder: string) => Deno.removeSync(`${folder}/.stamp`)],
    ["a mode that lets others in", (folder: string) => Deno.chmodSync(folder, 0o755)],
  ] as const
) {
  flowTest(`the built file does not trust a cache with ${what} and unpacks anew`, async (program) => {
    await program.run(["version"]);
    damage(program.unpacked());
    const ran = await program.run(["version"]);
    check(ran.code === 0, ran.stderr);
    const folder = program.unpacked();
    check(Deno.readTextFileSync(`${folder}/main.js`) === "0;\n", "the damaged program ran");
    check(Deno.readTextFileSync(`${folder}/static/deep/page.txt`) === "page\n", "a file is missing");
    check(
      ![...Deno.readDirSync(folder)].some((entry) => entry.name === "node_modules.js"),
      "the added file is still there",
    );
    check(((Deno.statSync(folder).mode ?? 0) & 0o777) === 0o700, "others can enter");
  });
}

for (
  const [what, damage] of [
    ["changed near its end", (bytes: Uint8Array) => void (bytes[bytes.length - 20]! ^= 1)],
    ["changed where the payload begins", (bytes: Uint8Array) => void (bytes[bytes.indexOf(0x1f) + 30]! ^= 1)],
    ["changed in the sum", (bytes: Uint8Array) => void (bytes[bytes.length - 6]! ^= 1)],
    ["cut short", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 200)],
    ["cut short within its sum", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 4)],
  ] as const
) {
  flowTest(`the built file refuses to run when it was ${what}`, async (program) => {
    const bytes = Deno.readFileSync(program.file);
    Deno.writeFileSync(program.file, damage(bytes) ?? bytes);
    const ran = await program.run(["version"]);
    check(ran.code === 1 && ran.stderr.startsWith("coachiq: this file is damaged"), `exit ${ran.code}: ${ran.stderr}`);
    check(ran.stdout === "" && [...Deno.readDirSync(`${program.cache}/coachiq`)].length === 0, "it left something");
  });
}

flowTest(
  "the built file puts the parts of the runtime together, and sees a damage in any of them",
  async (program) => {
    await program.run(["version"]);
    const unpacked = Deno.readFileSync(`${program.unpacked()}/deno`);
    check(
      unpacked.length === runtime.length && unpacked.every((byte, at) => byte === runtime[at]),
      "the runtime differs",
    );
    const bytes = Deno.readFileSync(program.file);
    const head = new TextDecoder("latin1").decode(bytes);
    const parts = [...head.matchAll(/^(runtime|stored) (\d+) (\d+) .*$/gm)];
    check(parts.map(([, kind]) => kind).join() === "runtime,runtime,stored,runtime", parts.join("\n"));
    const payload = Number(/^offset=(\d+)/m.exec(head)?.[1]) - 1;
    for (const [, , start, length] of parts) {
      const at = payload + Number(start) + Math.floor(Number(length) / 2);
      const damaged = bytes.slice();
      damaged[at]! ^= 1;
      Deno.writeFileSync(program.file, damaged);
      const cache = `${program.folder}/cache${at}`;
      const ran = await program.run(["version"], { XDG_CACHE_HOME: cache });
      check(
        ran.code === 1 && ran.stderr.startsWith("coachiq: this file is damaged"),
        `exit ${ran.code}: ${ran.stderr}`,
      );
      check([...Deno.readDirSync(`${cache}/coachiq`)].length === 0, "it left something");
    }
  },
);

flowTest(
  "the built file tells who asks that it is cut off, although its content was unpacked before",
  async (program) => {
    const args = ["version"];
    const whole = { CHECK_WHOLE_FILE: "yes" };
    check((await program.run(args, whole)).code === 0, "a whole file is refused");
    Deno.truncateSync(program.file, Deno.statSync(program.file).size - 10);
    check((await program.run(args)).code === 0, "what was unpacked before is not used");
    const ran = await program.run(args, whole);
    check(ran.code === 1 && ran.stderr.startsWith("coachiq: this file is damaged"), `exit ${ran.code}: ${ran.stderr}`);
  },
);

/** A `gzip` that waits for {@link GatedGzip.open}. */
class GatedGzip {
  readonly #folder: string;
  /** To be searched for programs. */
  readonly path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = `${folder}/bin:${path}`;
    for (const name of ["bin", "begun"]) Deno.mkdirSync(`${folder}/${name}`);
    const script = `#!/bin/sh\nmkdir ${folder}/begun/$$\nuntil [ -e ${folder}/open ]; do sleep 0.01; done\n` +
      'exec /bin/gzip "$@"\n';
    Deno.writeTextFileSync(`${folder}/bin/gzip`, script, { mode: 0o755 });
  }

  /** Waits until so many of them wait. */
  async waiting(count: number): Promise<void> {
    while ([...Deno.readDirSync(`${this.#folder}/begun`)].length < count) {
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
  }

  open(): void {
    Deno.writeTextFileSync(`${this.#folder}/open`, "");
  }
}

/** The archive of the program, and the parts of the runtime that are compressed. */
const compressedParts = 4;

flowTest("the built file that is ended while it unpacks leaves nothing", async (program) => {
  const gzip = new GatedGzip(program.folder);
  const child = new Deno.Command(program.file, {
    args: ["version"],
    clearEnv: true,
    env: { PATH: gzip.path, XDG_CACHE_HOME: program.cache },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await gzip.waiting(compressedParts);
  child.kill("SIGTERM");
  gzip.open();
  const { code } = await child.status;
  check(code === 1, `exit ${code}`);
  check([...Deno.readDirSync(`${program.cache}/coachiq`)].length === 0, "it left something");
});

flowTest("a damaged program that somebody runs from is replaced in an instant, and not before", async (program) => {
  await program.run(["version"]);
  const folder = program.unpacked();
  Deno.copyFileSync("/bin/sleep", `${folder}/sleep`);
  const runs = new Deno.Command(`${folder}/sleep`, { args: ["100"] }).spawn();
  try {
    const gzip = new GatedGzip(program.folder);
    const ran = program.run(["version"], { PATH: gzip.path });
    await gzip.waiting(compressedParts);
    check(Deno.readTextFileSync(`${folder}/main.js`) === "0;\n", "it is not in its place");
    gzip.open();
    check((await ran).code === 0, (await ran).stderr);
    const names = [...Deno.readDirSync(program.unpacked())].map(({ name }) => name);
    check(names.includes("main.js") && !names.includes("sleep"), names.join());
  } finally {
    runs.kill();
    await runs.status;
  }
});

flowTest(
  "the built file removes what a power cut left half unpacked, and not what another is unpacking",
  async (program) => {
    const cache = `${program.cache}/coachiq`;
    const [dead, alive] = [`${cache}/.unpack.4194305.aaaaaa`, `${cache}/.unpack.${Deno.pid}.bbbbbb`];
    for (const folder of [dead, alive]) {
      Deno.mkdirSync(folder, { recursive: true });
      Deno.writeTextFileSync(`${folder}/deno`, "half");
    }
    Deno.chmodSync(cache, 0o700);
    const ran = await program.run(["version"]);
    check(ran.code === 0, ran.stderr);
    const left = [...Deno.readDirSync(cache)].map(({ name }) => name).filter((name) => name.startsWith("."));
    check(left.join() === `.unpack.${Deno.pid}.bbbbbb`, `left: ${left.join()}`);
  },
);

rootTest("the built file says that the disk is full, leaves nothing, and runs when there is room", async (program) => {
  const told = await inOwnCache(
    program,
    `mount -t tmpfs -o size=200k,mode=755 tmpfs /var/cache
    "$1" version || echo "exit $?"
    ls -A /var/cache/coachiq-root
    mount -o remount,size=8m /var/cache
    "$1" version`,
  );
  check(told.startsWith("exit 1\nrun\n"), told);
  check(told.includes("coachiq: cannot unpack into /var/cache/coachiq-root: is the disk full?"), told);
});

flowTest("the built file says which file another machine needs", async (program) => {
  program.build("riscv64");
  const ran = await program.run(["version"]);
  check(ran.code === 1 && ran.stderr.includes("this file is for riscv64"), ran.stderr);
});

flowTest("the built file does not use a cache that is a link to elsewhere", async (program) => {
  Deno.mkdirSync(program.cache);
  Deno.mkdirSync(`${program.folder}/elsewhere`);
  Deno.symlinkSync(`${program.folder}/elsewhere`, `${program.cache}/coachiq`);
  Deno.mkdirSync(`${program.folder}/other`);
  const ran = await program.run(["version"], { CACHE_DIRECTORY: `${program.folder}/other` });
  check(ran.code === 0 && ran.stdout.includes(`DENO_DIR=${program.folder}/other/deno\n`), ran.stdout + ran.stderr);
  check([...Deno.readDirSync(`${program.folder}/elsewhere`)].length === 0, "it followed the link");
});

rootTest("the built file does not trust a cache that belongs to another user", async (program) => {
  await program.run(["version"]);
  Deno.chownSync(program.unpacked(), 65534, 65534);
  const ran = await program.run(["version"]);
  check(ran.code === 0, ran.stderr);
  check(Deno.statSync(program.unpacked()).uid === 0, "the other user's folder is still in use");
});

/** Runs the built file in a mount namespace whose `/var/cache` is empty but for what `prepare` puts there. */
async function inOwnCache(program: BuiltProgram, script: string): Promise<string> {
  Deno.chmodSync(program.folder, 0o755);
  const { stdout, stderr } = await new Deno.Command("unshare", {
    args: ["--mount", "sh", "-euc", `mount -t tmpfs -o mode=755 tmpfs /var/cache\n${script}`, "sh", program.file],
    clearEnv: true,
    env: { PATH: path },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** The user `nobody`, as the service's user: no home, no environment. */
const asService = "setpriv --reuid=65534 --regid=65534 --clear-groups";

rootTest("root's own runs leave the service's cache alone", async (program) => {
  const told = await inOwnCache(program, `mkdir -m 700 /var/cache/coachiq\n"$1" version\nls -A /var/cache/coachiq`);
  check(told.endsWith("DENO_DIR=/var/cache/coachiq-root/deno\n"), told);
});

rootTest("the service's user shares the service's cache from the command line", async (program) => {
  const service = `install -d -m 700 -o 65534 -g 65534 /var/cache/coachiq`;
  const told = await inOwnCache(
    program,
    `${service}\nCACHE_DIRECTORY=/var/cache/coachiq ${asService} "$1" serve
    unpacked=$(ls -i /var/cache/coachiq)\n${asService} "$1" version\nHOME=/ ${asService} "$1" version
    [ "$unpacked" = "$(ls -i /var/cache/coachiq)" ] && echo once`,
  );
  check(told.split("DENO_DIR=/var/cache/coachiq/deno\n").length === 4, told);
  check(told.endsWith("once\n"), told);
});

rootTest("what root unpacked runs for the service's user, who cannot change it", async (program) => {
  const told = await inOwnCache(
    program,
    `"$1" install
    install -d -m 700 -o 65534 -g 65534 /var/cache/coachiq
    CACHE_DIRECTORY=/var/cache/coachiq ${asService} "$1" serve | grep -e /main.js -e DENO_DIR
    find /var/cache/coachiq -mindepth 1 ! -path '*/deno*'
    echo x | ${asService} tee -a /var/cache/coachiq-root/*/main.js > /dev/null 2>&1 || echo kept
    cat /var/cache/coachiq-root/*/main.js`,
  );
  const [, main = "", rest = ""] =
    /(\/var\/cache\/coachiq-root\/[0-9a-f]{64}\/main\.js)\n(DENO_DIR=[^]*)$/.exec(told) ?? [];
  check(main !== "" && rest === "DENO_DIR=/var/cache/coachiq/deno\nkept\n0;\n", told);
});

for (
  const [what, damage] of [
    ["writable for others", "chmod 775 /var/cache/coachiq-root"],
    ["another user's", "chown -R 65533 /var/cache/coachiq-root"],
    ["changed", "echo | tee -a /var/cache/coachiq-root/*/main.js > /dev/null"],
    ["closed", "chmod 700 /var/cache/coachiq-root"],
  ] as const
) {
  rootTest(`what root unpacked does not run for the service's user when it is ${what}`, async (program) => {
    const told = await inOwnCache(
      program,
      `"$1" version > /dev/null; ${damage}
      install -d -m 700 -o 65534 -g 65534 /var/cache/coachiq
      CACHE_DIRECTORY=/var/cache/coachiq ${asService} "$1" serve | grep /main.js`,
    );
    check(/^\/var\/cache\/coachiq\/[0-9a-f]{64}\/main\.js\n$/.test(told), told);
  });
}

rootTest("an old version goes when it is unpacked no more, and not while somebody runs it", async (program) => {
  const told = await inOwnCache(
    program,
    `"$1" version > /dev/null
    for old in running over; do
      mkdir /var/cache/coachiq-root/$old; cp "$(command -v sleep)" /var/cache/coachiq-root/$old/deno
      touch -d '40 days ago' /var/cache/coachiq-root/$old
    done
    /var/cache/coachiq-root/running/deno 100 & running=$!
    until [ "$(readlink /proc/$running/exe)" = /var/cache/coachiq-root/running/deno ]; do :; done
    rm /var/cache/coachiq-root/*/.stamp; "$1" version > /dev/null
    kill $running; cd /var/cache/coachiq-root; ls -d over running 2> /dev/null || :`,
  );
  check(told === "running\n", told);
});

rootTest("root does not unpack below a folder that is another user's", async (program) => {
  const told = await inOwnCache(
    program,
    `install -d -o 65534 /var/cache/x\nXDG_CACHE_HOME=/var/cache/x "$1" version\nls -A /var/cache/x`,
  );
  check(told.endsWith("DENO_DIR=/var/cache/coachiq-root/deno\n"), told);
});

rootTest(
  "the built file unpacks elsewhere when a mount forbids execution, and leaves nothing there",
  async (program) => {
    const told = await inOwnCache(
      program,
      `mkdir /var/cache/x; mount -t tmpfs -o noexec,mode=700 tmpfs /var/cache/x
    XDG_CACHE_HOME=/var/cache/x "$1" version; ls -A /var/cache/x/coachiq`,
    );
    check(told.endsWith("DENO_DIR=/var/cache/coachiq-root/deno\n"), told);
  },
);

rootTest("another user does not use the service's cache", async (program) => {
  const told = await inOwnCache(
    program,
    `mkdir -m 700 /var/cache/coachiq\nmkdir -m 1777 /var/cache/t\nTMPDIR=/var/cache/t ${asService} "$1" version`,
  );
  check(told.endsWith("DENO_DIR=/var/cache/t/coachiq-65534/deno\n"), told);
});

flowTest("eight first starts at once all run, and leave one unpacked program", async (program) => {
  await program.run(["version"]);
  // What is there must be replaced, by one of the eight alone: it could be in use by another the next moment.
  Deno.truncateSync(`${program.unpacked()}/main.js`);
  const runs = await Promise.all(Array.from({ length: 8 }, (_, at) => program.run([`start${at}`])));
  runs.forEach((ran, at) => check(ran.code === 0 && ran.stdout.includes(`start${at}\n`), ran.stderr));
  program.unpacked();
  check([...Deno.readDirSync(`${program.cache}/coachiq`)].length === 1, "a half-unpacked folder stayed");
});

Deno.test("composeExecutable() gives the same bytes for the same files, in any order", () => {
  const entries = [
    { path: "b/c", data: new Uint8Array([1]) },
    { path: "deno", data: runtime, executable: true },
    { path: "a", data: new Uint8Array(513) },
  ];
  const facts = { version: "1", target: "x86_64" };
  const [one, two] = [composeExecutable(entries, facts), composeExecutable(entries.toReversed(), facts)];
  check(one.length === two.length && one.every((byte, at) => byte === two[at]), "the bytes differ");
});
