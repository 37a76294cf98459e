import assert from "node:assert/strict";
import { commandsUnder } from "../fixtures/fenced_blocks.ts";
import { DebianRoot, whyNoDebian } from "./debian_root.ts";
import { buildAgain, buildPackages, ownArchitecture, type TestPackages } from "./packages.ts";

const reason = whyNoDebian();
const isSkipped = reason !== undefined && Deno.env.get("CI") !== "true";

const settings = "/etc/coachiq/system.toml";
const wants = "/etc/systemd/system/multi-user.target.wants/coachiq.service";
const dropIn = "/etc/systemd/system/coachiq.service.d/sdcard.conf";
const units = "/usr/lib/systemd/system";

/** What `stat` says of each path: mode, owner, group. */
const modes = (paths: string) => `stat -c '%A %U:%G %n' ${paths}`;
const listed = "find / -xdev \\( -path /proc -o -path /run -o -path /tmp \\) -prune -o -print | sort";

function lines(text: string): readonly string[] {
  return text.trim().split("\n").filter((line) => line !== "");
}

if (isSkipped) Deno.test.ignore(`the Debian package (skipped, ${reason})`, () => {});
else {
  Deno.test("the Debian package installs, upgrades, is configured, removed and purged in a Debian system", async (test) => {
    if (reason !== undefined) throw new Error(`Cannot try the Debian package: ${reason}`);
    const folder = await Deno.makeTempDir({ prefix: "coachiq-packages-" });
    const [debian, packages] = await Promise.allSettled([DebianRoot.make(), buildPackages(folder)]);
    try {
      if (debian.status === "rejected") throw debian.reason;
      if (packages.status === "rejected") throw packages.reason;
      await judged(test, { folder, packages: packages.value });
      const inside = `${debian.value.path}/tmp`;
      for (const name of ["current", "previous", "next"] as const) {
        await Deno.copyFile(packages.value[name], `${inside}/${name}.deb`);
      }
      await Deno.link(`${inside}/current.deb`, `${inside}/coachiq_${packages.value.version}_${ownArchitecture()}.deb`);
      await life(test, { debian: debian.value, packages: packages.value });
    } finally {
      if (debian.status === "fulfilled") await debian.value.remove();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function judged(test: Deno.TestContext, { folder, packages }: { folder: string; packages: TestPackages }) {
  await test.step("a second build has the same bytes", async () => {
    const [one, two] = [await Deno.readFile(packages.current), await Deno.readFile(await buildAgain(folder))];
    assert.ok(one.length === two.length && one.every((byte, at) => byte === two[at]), "the bytes differ");
  });
  await test.step("lintian finds nothing but what is overridden with a reason", async () => {
    const { code, stdout, stderr } = await new Deno.Command("lintian", {
      args: ["--allow-root", "--display-info", "--fail-on", "error,warning,info", packages.current],
      env: { LC_ALL: "C.UTF-8" },
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.deepEqual({ code, said }, { code: 0, said: "" });
  });
  await test.step("the package for the other machine names it, and what its runtime needs", async () => {
    const { stdout } = await new Deno.Command("dpkg-deb", { args: ["-f", packages.foreign] }).output();
    const fields = new TextDecoder().decode(stdout);
    assert.match(fields, Deno.build.arch === "x86_64" ? /^Architecture: arm64$/m : /^Architecture: amd64$/m);
    assert.match(fields, /^Depends: libc6 \(>= 2\.\d+\), /m);
  });
}

interface Life {
  readonly debian: DebianRoot;
  readonly packages: TestPackages;
}

async function life(test: Deno.TestContext, { debian, packages }: Life): Promise<void> {
  const before = lines(await debian.must(listed));
  await test.step("preinst refuses where the single file was installed by itself, and says what to do", async () => {
    await debian.must("mkdir -p /usr/local/lib/coachiq && touch /usr/local/lib/coachiq/coachiq");
    const { code, err } = await debian.run("dpkg -i /tmp/current.deb");
    assert.equal(code, 1);
    assert.match(err, /sudo coachiq uninstall/);
    await debian.must("rm -r /usr/local/lib/coachiq && ! id coachiq 2>/dev/null");
  });
  await installed(test, debian);
  await upgraded(test, { debian, packages });
  await configured(test, debian);
  await gone(test, { debian, before });
}

async function installed(test: Deno.TestContext, debian: DebianRoot): Promise<void> {
  await test.step("install makes user, folders and settings, and enables the service", async () => {
    await debian.must("dpkg -i /tmp/previous.deb && dpkg --audit && dpkg -V coachiq");
    assert.match(
      await debian.must("getent passwd coachiq"),
      /^coachiq:x:\d{3}:\d{3}:CoachIQ:\/var\/lib\/coachiq:\/usr\/sbin\/nologin$/m,
    );
    const paths =
      `/usr/lib/coachiq/coachiq /etc/coachiq ${settings} /var/lib/coachiq /var/cache/coachiq ${units}/coachiq.service`;
    assert.deepEqual(lines(await debian.must(modes(paths))), [
      "-rwxr-xr-x root:root /usr/lib/coachiq/coachiq",
      "dr-xr-xr-x root:root /etc/coachiq",
      `-r--r--r-- root:root ${settings}`,
      "drwxr-x--- coachiq:coachiq /var/lib/coachiq",
      "drwx------ coachiq:coachiq /var/cache/coachiq",
      `-rw-r--r-- root:root ${units}/coachiq.service`,
    ]);
    assert.equal(
      await debian.must("readlink /var/lib/coachiq/config /usr/bin/coachiq"),
      "/etc/coachiq\n../lib/coachiq/coachiq\n",
    );
    assert.equal(await debian.must("systemctl is-enabled coachiq.service"), "enabled\n");
    await debian.must(`test -f ${units}/sys-subsystem-net-devices-can0.device.wants/coachiq-can@can0.service`);
  });
}

/** The command of the documentation that installs the package, for this machine and for root. */
async function documented(version: string): Promise<string> {
  const page = await Deno.readTextFile(new URL("../../docs/install-raspberry-pi.md", import.meta.url));
  const [command, ...others] = commandsUnder(page, "Update").filter((line) => line.includes(".deb"));
  if (command === undefined || others.length > 0) {
    throw new Error("the page says nothing of updating the package, or twice");
  }
  return command.replace(/^sudo /, "").replace("VERSION", version).replace("_arm64.", `_${ownArchitecture()}.`);
}

async function upgraded(test: Deno.TestContext, { debian, packages }: Life): Promise<void> {
  await test.step("upgrade brings new units and settings that nobody edited, and keeps the data", async () => {
    await debian.must(
      "runuser -u coachiq -- sh -c 'mkdir /var/lib/coachiq/user && echo kept > /var/lib/coachiq/user/coachiq.db'",
    );
    await debian.must(`grep -q 'older release' ${settings} ${units}/coachiq.service`);
    await debian.must(`cd /tmp && ${await documented(packages.version)} && dpkg -V coachiq`);
    assert.equal((await debian.run(`grep 'older release' ${settings} ${units}/coachiq.service`)).code, 1);
    assert.equal(await debian.must("cat /var/lib/coachiq/user/coachiq.db"), "kept\n");
    assert.equal(await debian.must(`stat -c %A ${settings}`), "-r--r--r--\n");
    assert.equal(await debian.must("systemctl is-enabled coachiq.service"), "enabled\n");
  });
  await test.step("the installed program runs for root and for its user, with the settings of the package", async () => {
    const version = new RegExp(`^coachiq ${packages.version.replaceAll(".", "\\.")} `);
    assert.match(await debian.must("coachiq version"), version);
    assert.match(await debian.must("cd / && runuser -u coachiq -- coachiq version"), version);
    assert.equal(await debian.must("cd / && runuser -u coachiq -- coachiq config check"), "Nothing is wrong.\n");
  });
  await test.step("upgrade keeps settings that were edited, and a service that was disabled", async () => {
    await debian.must(`echo '# Mine.' >> ${settings} && systemctl disable coachiq.service`);
    await debian.must("dpkg -i /tmp/current.deb");
    await debian.must(`grep -q '^# Mine' ${settings}`);
    await debian.must("dpkg --force-confdef --force-confold -i /tmp/next.deb");
    await debian.must(`grep -q '^# Mine' ${settings} && ! grep -q 'newer release' ${settings}`);
    await debian.must(`grep -q 'newer release' ${settings}.dpkg-dist`);
    assert.equal((await debian.run("systemctl is-enabled coachiq.service")).out, "disabled\n");
    await debian.must("systemctl enable coachiq.service");
  });
}

async function configured(test: Deno.TestContext, debian: DebianRoot): Promise<void> {
  await test.step("dpkg-reconfigure takes over a change of the storage profile, in both directions", async () => {
    await debian.must(`sed -i 's/^storage_profile = .*/storage_profile = "sdcard" # on a card/' ${settings}`);
    await debian.must("dpkg-reconfigure coachiq");
    assert.equal(await debian.must(`readlink ${dropIn}`), "/usr/lib/coachiq/sdcard.conf\n");
    assert.match(await debian.must(`cat ${dropIn}`), /^RequiresMountsFor=.*\/var\/lib\/coachiq\/live$/m);
    const { code, err } = await debian.run(
      `systemd-analyze verify --man=no ${units}/coachiq.service ${units}/coachiq-sync.timer ${units}/var-lib-coachiq-live.mount`,
    );
    assert.deepEqual({ code, ours: lines(err).filter((line) => line.includes("coachiq")) }, { code: 0, ours: [] });
    await debian.must(`sed -i 's/^storage_profile = .*/storage_profile = "ssd"/' ${settings}`);
    await debian.must(
      `dpkg-reconfigure coachiq && ! test -e ${dropIn} && ! test -e ${dropIn.replace("/sdcard.conf", "")}`,
    );
  });
}

async function gone(test: Deno.TestContext, { debian, before }: { debian: DebianRoot; before: readonly string[] }) {
  const added = async () => lines(await debian.must(listed)).filter((path) => !before.includes(path));
  /** What the package manager keeps for itself, and the copies that systemd-sysusers makes. */
  const isForeign = (path: string) =>
    /^\/(etc\/(passwd|group|g?shadow)-|var\/(lib\/dpkg|log|cache\/debconf|lib\/apt|cache\/apt)\/.*)$/.test(path);
  await test.step("remove takes the program away and keeps data, settings and user", async () => {
    await debian.must("dpkg -r coachiq");
    const left = (await added()).filter((path) => !isForeign(path));
    assert.deepEqual(left, [
      "/etc/coachiq",
      settings,
      `${settings}.dpkg-dist`,
      wants,
      "/var/lib/coachiq",
      "/var/lib/coachiq/config",
      "/var/lib/coachiq/user",
      "/var/lib/coachiq/user/coachiq.db",
      "/var/lib/systemd/deb-systemd-helper-enabled/coachiq.service.dsh-also",
      "/var/lib/systemd/deb-systemd-helper-enabled/multi-user.target.wants/coachiq.service",
    ]);
  });
  await test.step("purge takes everything away but the user", async () => {
    await debian.must("dpkg -P coachiq");
    assert.deepEqual((await added()).filter((path) => !isForeign(path)), []);
    await debian.must("id coachiq");
  });
}
