import assert from "node:assert/strict";
import { machineFiles, packagePlaces, unitNames } from "../../lib/install/mod.ts";
import { debianChangelog, debianVersion, readChangelog } from "../../tools/deb/changelog.ts";
import { dropInOf } from "../../tools/deb/drop_in.ts";
import { machinePart } from "../../tools/deb/machine_part.ts";
import { maintainerScripts } from "../../tools/deb/maintainer_scripts.ts";
import { manPage } from "../../tools/deb/man_page.ts";
import { neededLibc } from "../../tools/deb/needed_libc.ts";
import { run } from "./program.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const facts = { version: "1.1.0", maintainer: "Somebody <somebody@example.org>", epochS: 86_400 };

Deno.test("debianChangelog() writes an entry for each version, and what is not released into the one that is built", () => {
  const sections = readChangelog(`# Changelog

Words before.

## Unreleased

### Fixed

- The \`pump\` of
  the coach.

## [1.1.0] - 2026-03-04

### Added

- Tanks.

## 1.0.0-rc.1

- All of it, told in a sentence that is so long that it does not fit into one line of a changelog of Debian.
`);
  assert.equal(
    debianChangelog(sections, facts),
    `coachiq (1.1.0) unstable; urgency=medium

  [ Fixed ]
  * The pump of the coach.

  [ Added ]
  * Tanks.

 -- Somebody <somebody@example.org>  Fri, 02 Jan 1970 00:00:00 +0000

coachiq (1.0.0~rc.1) unstable; urgency=medium

  * All of it, told in a sentence that is so long that it does not fit into
    one line of a changelog of Debian.

 -- Somebody <somebody@example.org>  Fri, 02 Jan 1970 00:00:00 +0000
`,
  );
});

Deno.test("readChangelog() reads every heading of this repository's changelog, and refuses a text without any", async () => {
  const text = await Deno.readTextFile(`${root}/CHANGELOG.md`);
  const sections = readChangelog(text);
  assert.equal(sections.length, text.match(/^## /gm)?.length);
  const items = sections.flatMap(({ groups }) => groups).flatMap((group) => group.items);
  assert.equal(items.length, text.match(/^- /gm)?.length);
  assert.throws(() => readChangelog("# Changelog\n"), /has no heading/);
});

Deno.test("debianVersion() makes a preliminary version lower than the version", () => {
  assert.equal(debianVersion("1.0.0-rc.1"), "1.0.0~rc.1");
  assert.equal(debianVersion("1.0.0"), "1.0.0");
});

Deno.test("dropInOf() tells what changes and comes, and refuses what no drop-in can take away", () => {
  const base = "# Words.\n\n[Unit]\nDescription=A\n\n[Service]\nUser=a\nMemoryMax=1M\n";
  const wanted = "[Unit]\nDescription=A\nWants=b.timer\n\n[Service]\n# Why.\nUser=a\nMemoryMax=2M\n";
  assert.equal(dropInOf(base, wanted), "\n[Unit]\nWants=b.timer\n\n[Service]\nMemoryMax=2M\n");
  assert.equal(dropInOf(base, base), "");
  assert.throws(() => dropInOf(base, "[Unit]\nDescription=A\n\n[Service]\nMemoryMax=1M\n"), /"User" of \[Service\]/);
});

Deno.test("machinePart() holds every file of either profile", () => {
  const part = machinePart();
  const paths = part.map(({ path }) => path);
  assert.equal(new Set(paths).size, paths.length);
  let count = 0;
  for (const profile of ["ssd", "sdcard"] as const) {
    for (const { path } of machineFiles({ ...packagePlaces, profile, canInterfaces: ["can0"] })) {
      assert.ok(paths.includes(path), path);
      count++;
    }
  }
  assert.ok(count > 15, `${count} files`);
  const dropIn = part.find(({ path }) => path.endsWith("/sdcard.conf"));
  assert.ok(dropIn !== undefined && "data" in dropIn);
  const text = new TextDecoder().decode(dropIn.data);
  assert.match(text, new RegExp(`^Wants=${unitNames.syncTimer}$`, "m"));
});

Deno.test("maintainerScripts() are whole and right for sh", async () => {
  const scripts = Object.entries(maintainerScripts());
  assert.deepEqual(scripts.map(([name]) => name).sort(), ["postinst", "postrm", "preinst", "prerm"]);
  for (const [name, text] of scripts) {
    const { success, stderr } = await new Deno.Command("sh", { args: ["-n", "-c", text], stdin: "null" }).output();
    assert.ok(success, `${name}: ${new TextDecoder().decode(stderr)}`);
    assert.doesNotMatch(text, /@[A-Z]+@/);
  }
});

/** Programs that a script may run, as stand-ins that note their call, with their exit codes. */
const standIns: Readonly<Record<string, number>> = {
  "systemd-sysusers": 0,
  "systemd-tmpfiles": 0,
  "deb-systemd-helper": 0,
  "deb-systemd-invoke": 0,
  systemctl: 0,
  mountpoint: 1,
  runuser: 0,
  mount: 0,
  umount: 0,
};

/** Runs a script of the package in a folder that stands for the machine; answers what it called and said. */
async function runScript(
  name: "postinst" | "prerm" | "postrm",
  root: string,
  args: readonly string[],
  codes: Readonly<Record<string, number>> = {},
): Promise<{ readonly calls: readonly string[]; readonly err: string }> {
  const programs = `${root}/programs`;
  await Deno.mkdir(programs, { recursive: true });
  await Deno.writeTextFile(`${root}/calls`, "");
  for (const [program, code] of Object.entries({ ...standIns, ...codes })) {
    const text = `#!/bin/sh\necho "${program} $*" >> ${root}/calls\nexit ${code}\n`;
    await Deno.writeTextFile(`${programs}/${program}`, text, { mode: 0o755 });
  }
  // The machine's own are not touched, whatever the script does.
  const text = (maintainerScripts()[name] ?? "").replaceAll(/(?<![\w/])\/(etc|run|var|usr)\//g, `${root}/$1/`);
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", text, name, ...args],
    env: { PATH: `${programs}:${Deno.env.get("PATH")}` },
    stdin: "null",
  }).output();
  const err = new TextDecoder().decode(stderr);
  assert.equal(code, 0, err);
  return { calls: (await Deno.readTextFile(`${root}/calls`)).replaceAll(root, "").trim().split("\n"), err };
}

Deno.test("prerm lets go of the databases in memory only when they are on the card", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/run/systemd/system`, { recursive: true });
    const isAbout = (call: string) => /^(runuser|umount|deb-systemd-invoke)/.test(call);
    const removed = async (codes: Readonly<Record<string, number>>) => {
      const { calls, err } = await runScript("prerm", root, ["remove"], codes);
      return { calls: calls.filter(isAbout).map((call) => call.replace(/'?coachiq\.service.*/, "…")), err };
    };
    const stop = "deb-systemd-invoke stop …";
    const sync = "runuser -u coachiq -- env CACHE_DIRECTORY=/var/cache/coachiq /usr/lib/coachiq/coachiq sync";
    assert.deepEqual(await removed({}), { calls: [stop], err: "" });
    assert.deepEqual(await removed({ mountpoint: 0 }), {
      calls: [stop, sync, `deb-systemd-invoke stop ${unitNames.live}`],
      err: "",
    });
    const failed = await removed({ mountpoint: 0, runuser: 1 });
    assert.deepEqual(failed.calls, [stop, sync]);
    assert.match(failed.err, /could not be copied to the card; it stays there until the machine is switched off/);
    const { calls } = await runScript("postrm", root, ["purge"], { mountpoint: 0 });
    assert.ok(calls.includes("umount /var/lib/coachiq/live"), calls.join("\n"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("postinst gives the databases in memory the room that the settings say, and postrm takes it away", async () => {
  const root = await Deno.makeTempDir();
  try {
    const size = async (unit: string) => {
      const text = await Deno.readTextFile(`${root}/etc/systemd/system/${unit}.d/size.conf`).catch(() => undefined);
      return text?.split("\n").slice(1, 3).join(" ");
    };
    const sizes = async () => [await size(unitNames.live), await size(unitNames.server), await size(unitNames.sync)];
    await Deno.mkdir(`${root}/etc/coachiq`, { recursive: true });
    const settings = `${root}/etc/coachiq/system.toml`;
    const said = '[persistence]\nstorage_profile = "sdcard"\nlive_megabytes = 1_024 # much\n';
    await Deno.writeTextFile(settings, said);
    await Deno.mkdir(`${root}/run/systemd/system`, { recursive: true });
    const { calls } = await runScript("postinst", root, ["configure", ""], { mountpoint: 0 });
    assert.ok(calls.includes("mount -o remount,size=1024M /var/lib/coachiq/live"), calls.join("\n"));
    assert.deepEqual(await sizes(), [
      "[Mount] Options=size=1024M,mode=0700,uid=coachiq,gid=coachiq,nosuid,nodev,noexec",
      "[Service] MemoryMax=1536M",
      "[Service] MemoryMax=1408M",
    ]);
    await runScript("postrm", root, ["remove"]);
    assert.deepEqual(await sizes(), [undefined, undefined, undefined]);
    for (const other of [said.replace("sdcard", "ssd"), said.replace(/live.*/, "")]) {
      await Deno.writeTextFile(settings, said);
      await runScript("postinst", root, ["configure", ""]);
      await Deno.writeTextFile(settings, other);
      await runScript("postinst", root, ["configure", "1.0.0"]);
      assert.deepEqual(await sizes(), [undefined, undefined, undefined]);
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${root}/etc/systemd/system`), ({ name }) => name), [
      `${unitNames.server}.d`,
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("manPage() has every command that --help lists, with its own help", async () => {
  const page = await manPage({ version: "1.1.0", epochS: 86_400 });
  const { out } = await run(["--help"]);
  const [, list = ""] = out.split("Commands:\n");
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = ""]) => name).filter((name) =>
    name !== "help"
  );
  assert.ok(names.length >= 10, names.join(", "));
  for (const name of names) assert.ok(page.includes(`.SS "${name.replaceAll("-", "\\-")}"`), name);
  assert.match(page, /^\.TH COACHIQ 1 "1970-01-02"/);
  assert.ok(page.includes('.SS "db migrate"'));
});

Deno.test("neededLibc() is the newest version of glibc that a program names", () => {
  const text = (words: string) => new TextEncoder().encode(words);
  assert.equal(neededLibc(text("\0GLIBC_2.4\0GLIBC_2.27\0GLIBC_2.3.4\0GLIBC_2.99 is text\0")), "2.27");
  assert.throws(() => neededLibc(text("nothing")), /names no version/);
});

Deno.test("tools/deb.ts says which targets there are", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/deb.ts", "--target", "riscv64"],
    cwd: root,
    stdin: "null",
  }).output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /"--target riscv64", expected --target x86_64\|aarch64/);
});
