import assert from "node:assert/strict";
import { evaluateNix, nixPath, root } from "./nix_program.ts";

interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly hash: string;
}

interface LockEntry {
  readonly integrity: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly tarball?: string;
}

const lock: { readonly npm: Readonly<Record<string, LockEntry>> } = JSON.parse(
  await Deno.readTextFile(`${root}/deno.lock`),
);

const arguments_ = (cpu: string) =>
  `{ lock = builtins.fromJSON (builtins.readFile ${nixPath(`${root}/deno.lock`)}); os = "linux"; cpu = "${cpu}"; }`;

async function packagesFor(cpu: string): Promise<readonly NpmPackage[]> {
  return await evaluateNix(`import ${nixPath(`${root}/nix/npm_packages.nix`)} ${arguments_(cpu)}`) as NpmPackage[];
}

for (const cpu of ["x64", "arm64"]) {
  Deno.test(`nix/npm_packages.nix takes every package of deno.lock that Linux on ${cpu} needs, with its hash`, async () => {
    const packages = await packagesFor(cpu);
    const needed = Object.entries(lock.npm).filter(([, { os, cpu: cpus }]) =>
      (os ?? ["linux"]).includes("linux") && (cpus ?? [cpu]).includes(cpu)
    );
    const wanted = new Map(needed.map(([id, { integrity }]) => [id.replace(/^(@?[^@]+@[^_]+).*/, "$1"), integrity]));
    assert.deepEqual(new Map(packages.map(({ name, version, hash }) => [`${name}@${version}`, hash])), wanted);
    assert.ok(packages.length > 40);
    for (const { url, hash } of packages) {
      assert.match(url, /^https:\/\/registry\.npmjs\.org\/(@[a-z-]+\/)?([a-z0-9.-]+)\/-\/\2-[0-9][^/_]*\.tgz$/);
      assert.match(hash, /^sha512-[A-Za-z0-9+/]{86}==$/);
    }
    assert.equal(packages.filter(({ name }) => name.startsWith("@esbuild/")).length, 1);
  });
}

Deno.test("deno.lock excludes no system by name, which nix/npm_packages.nix would not understand", () => {
  const systems = Object.values(lock.npm).flatMap(({ os, cpu }) => [...os ?? [], ...cpu ?? []]);
  assert.ok(systems.length > 0);
  assert.deepEqual(systems.filter((system) => !/^[a-z0-9]+$/.test(system)), []);
});

Deno.test("nix/npm_packages.nix refuses a lock of a form that it does not know", async () => {
  const file = nixPath(`${root}/nix/npm_packages.nix`);
  const of = (lock: string) => evaluateNix(`import ${file} { lock = ${lock}; os = "linux"; cpu = "x64"; }`);
  await assert.rejects(of(`{ version = "6"; npm = { }; }`), /its version is "6", expected "5"/);
  await assert.rejects(of(`{ version = "5"; npm.hono = { integrity = ""; }; }`), /"hono" is no npm package/);
});

/** What the bundler reads. */
const sources = ["deno.json", "deno.lock", "lib", "islands", "routes", "static", "reference", "tools", "wiring"];

Deno.test("Deno builds the site offline from the cache that nix/npm_cache.nix makes", async () => {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-nix-" });
  try {
    const tree = `${folder}/tree`;
    for (const made of ["archives", "deno", "tree"]) await Deno.mkdir(`${folder}/${made}`);
    await makeCache(folder);
    await run(["cp", "-r", ...sources.map((name) => `${root}/${name}`), tree]);
    const told = await run([Deno.execPath(), "run", "--cached-only", "-A", "tools/build.ts"], {
      env: { HOME: "/nonexistent", DENO_DIR: `${folder}/deno`, DENO_NO_UPDATE_CHECK: "1" },
      cwd: tree,
    });
    assert.doesNotMatch(told, /Download .*\.tgz/);
    const modules = [...Deno.readDirSync(`${tree}/node_modules`)].map(({ name }) => name);
    assert.ok(modules.includes("preact"), modules.join());
    assert.ok([...Deno.readDirSync(`${tree}/dist/web`)].length > 0);
  } finally {
    await run(["chmod", "-R", "u+w", folder]);
    await Deno.remove(folder, { recursive: true });
  }
});

/** Runs the script of nix/npm_cache.nix on archives of the packages in node_modules, and makes a DENO_DIR of it. */
async function makeCache(folder: string): Promise<void> {
  const cpu = Deno.build.arch === "x86_64" ? "x64" : "arm64";
  for (const { name, version, url } of await packagesFor(cpu)) {
    const unpacked = `${root}/node_modules/.deno/${name.replace("/", "+")}@${version}/node_modules/${name}`;
    const archive = `--file=${folder}/archives/${url.replaceAll("/", "_")}`;
    await run(["tar", "--create", "--gzip", archive, "--transform=s,^\\.,package,", `--directory=${unpacked}`, "."]);
  }
  const script = await evaluateNix(`import ${nixPath(`${root}/nix/npm_cache.nix`)} {
    runCommand = _: _: script: script;
    fetchurl = { url, hash }: "${folder}/archives/" + builtins.replaceStrings [ "/" ] [ "_" ] url;
    packages = import ${nixPath(`${root}/nix/npm_packages.nix`)} ${arguments_(cpu)};
  }`) as string;
  const out = `${folder}/npm`;
  await run(["sh", "-euc", script], { env: { out } });
  // As it is in the store.
  await run(["chmod", "-R", "a-w", out]);
  await Deno.symlink(out, `${folder}/deno/npm`);
}

/** Runs a command with nothing of this environment but its PATH, and answers what it wrote to standard error. */
async function run(
  [command = "", ...args]: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<string> {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", ...options.env },
    clearEnv: true,
    cwd: options.cwd ?? root,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const told = new TextDecoder().decode(stderr);
  assert.ok(success, `${command} ${args.join(" ")}: ${told}`);
  return told;
}
