import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { machineTest, programText, type ScriptedMachine } from "../../tests/fixtures/scripted_machine.ts";
import { localPlaces, machineFiles } from "../install/mod.ts";
import { CliError } from "./cli_error.ts";
import { runInstall } from "./install_run.ts";
import type { InstallRequest } from "./setup_request.ts";

const self = "/media/stick/coachiq-linux-aarch64";

async function install(machine: ScriptedMachine, request: Partial<InstallRequest> = {}): Promise<number> {
  if (machine.read(self) === undefined) machine.write(self, programText("1.0.0"));
  machine.out = "";
  machine.err = "";
  machine.calls.length = 0;
  return await runInstall({ self, dryRun: false, start: true, ...request }, machine.parts());
}

/** What the kernel tells of the databases in memory. */
const mounted = "tmpfs /var/lib/coachiq/live tmpfs rw,size=131072k 0 0\n";

async function refusal(work: Promise<unknown>): Promise<string> {
  let message = "";
  await rejects(work, (error) => {
    message = error instanceof CliError ? error.message : `no sentence: ${error}`;
    return true;
  });
  return message;
}

machineTest("install refuses anyone but root, in one sentence with the way to do it", async (machine) => {
  const work = runInstall({ self, dryRun: false, start: true }, machine.parts({ isRoot: false }));
  equal(await refusal(work), `Cannot install: this user may not change the machine; run: sudo ${self} install`);
});

machineTest(
  "install puts program, user, folders, units and settings in place and tells address and code",
  async (machine) => {
    equal(
      await install(machine, {
        can: [{ name: "can0" }, { name: "can1", bitrate: 500_000 }],
        model: "generic_rv",
        port: 8090,
      }),
      0,
    );
    const files = machine.files();
    equal(files[localPlaces.executable], `755 ${programText("1.0.0")}`);
    equal(files[localPlaces.link], `-> ${localPlaces.executable}`);
    for (
      const { path, text, mode } of machineFiles({
        ...localPlaces,
        profile: "ssd",
        canInterfaces: ["can0", "can1"],
        bitrates: new Map([["can1", 500_000]]),
        model: "generic_rv",
        port: 8090,
      })
    ) equal(files[path], `${mode.toString(8)} ${text}`);
    equal(files["/var/lib/coachiq/config"], "-> /etc/coachiq");
    deepEqual([...machine.enabled], ["coachiq.service", "coachiq-can@can0.service", "coachiq-can@can1.service"]);
    equal(machine.active, "active");
    match(machine.out, /Open http:\/\/coach\.local:8090\/ or http:\/\/192\.168\.8\.2:8090\//);
    match(machine.out, /Set-up code, asked for once: ABCD-1234/);
    ok(!Object.keys(files).some((path) => path.endsWith(".part")), "something half-written is left");
  },
);

machineTest("install run again changes nothing, and does not interrupt the server", async (machine) => {
  await install(machine);
  const before = machine.files();
  machine.hasOwner = true;
  equal(await install(machine), 0);
  deepEqual(machine.files(), before);
  deepEqual(machine.calls.filter((call) => /restart|daemon-reload| (en|dis)able|sysusers|tmpfiles/.test(call)), []);
  match(machine.out, /Everything is in place already/);
  match(machine.out, /has an owner already/);
});

machineTest("install repairs what is not as it should be, and leaves edited settings alone", async (machine) => {
  await install(machine);
  const right = machine.files();
  machine.write("/etc/systemd/system/coachiq.service", "[Service]\n");
  const own = `${machine.read("/etc/coachiq/system.toml")}\n# mine\n`;
  Deno.removeSync(`${machine.root}/etc/coachiq/system.toml`);
  machine.write("/etc/coachiq/system.toml", own);
  Deno.removeSync(`${machine.root}${localPlaces.link}`);
  machine.enabled.clear();
  equal(await install(machine), 0);
  const after = machine.files();
  for (const path of ["/etc/systemd/system/coachiq.service", localPlaces.link]) equal(after[path], right[path]);
  equal(machine.read("/etc/coachiq/system.toml"), own);
  match(machine.out, /The settings in \/etc\/coachiq\/system.toml stay as they are/);
  ok(machine.calls.includes("systemctl daemon-reload"));
  ok(machine.calls.some((call) => call.includes(" restart ")));
});

machineTest("install refuses a file that is not whole, before anything is changed", async (machine) => {
  machine.write(self, programText("1.0.0", "no program"));
  const before = machine.files();
  equal(await refusal(install(machine)), `Cannot install "${self}": this file is damaged`);
  deepEqual(machine.files(), before);
});

machineTest("install --dry-run tells every step and does none", async (machine) => {
  machine.write(self, programText("1.0.0"));
  const before = machine.files();
  equal(await install(machine, { dryRun: true }), 0);
  deepEqual(machine.files(), before);
  const lines = machine.out.trim().split("\n");
  ok(lines.length >= 10 && lines.every((line) => line.startsWith("would ")), machine.out);
  deepEqual(machine.calls.filter((call) => !/is-(enabled|active)|version --json/.test(call)), []);
});

machineTest(
  "install in a folder without a running systemd puts all in place, starts nothing and says so",
  async (machine) => {
    Deno.removeSync(`${machine.root}/run/systemd/system`);
    equal(await install(machine), 0);
    ok(machine.enabled.has("coachiq.service"));
    deepEqual(machine.calls.filter((call) => /restart|daemon-reload/.test(call)), []);
    match(machine.out, /systemd does not run here: it is not started/);
  },
);

machineTest("install tells why the service does not start, with the end of its log", async (machine) => {
  machine.write(self, programText("1.0.0", "crashes"));
  equal(await install(machine), 1);
  match(machine.err, /installed and does not start: it ended .*\n {2}\| Cannot start: the moon is full/s);
});

machineTest("install takes profile, interfaces and port from the settings once there are some", async (machine) => {
  await install(machine, { profile: "sdcard", can: [{ name: "can0" }] });
  ok(machine.read("/etc/systemd/system/var-lib-coachiq-live.mount") !== undefined);
  ok(machine.enabled.has("coachiq-sync.timer"));
  equal(machine.calls.findLast((call) => call.startsWith("systemctl start")), "systemctl start coachiq-sync.timer");
  const message = await refusal(install(machine, { profile: "ssd" }));
  match(message, /^Cannot install with --profile ssd: the settings of this machine say "sdcard"; change them first/);
  const settings = machine.read("/etc/coachiq/system.toml") ?? "";
  Deno.removeSync(`${machine.root}/etc/coachiq/system.toml`);
  machine.write("/etc/coachiq/system.toml", settings.replace('storage_profile = "sdcard"', 'storage_profile = "ssd"'));
  machine.write("/var/lib/coachiq/user/config-overrides.toml", '[can]\ninterfaces = ["can1"]\n');
  equal(await install(machine), 0);
  equal(machine.read("/etc/systemd/system/var-lib-coachiq-live.mount"), undefined);
  equal(machine.read("/etc/systemd/system/coachiq-sync.timer"), undefined);
  deepEqual([...machine.enabled], ["coachiq.service", "coachiq-can@can1.service"]);
});

machineTest(
  "install gives the databases in memory the room that the settings say, without emptying it",
  async (machine) => {
    await install(machine, { profile: "sdcard" });
    const text = (name: string) => machine.read(`/etc/systemd/system/${name}`) ?? "";
    match(text("var-lib-coachiq-live.mount"), /^Options=size=128M,/m);
    match(text("coachiq.service"), /^MemoryMax=640M$/m);
    const settings = machine.read("/etc/coachiq/system.toml") ?? "";
    Deno.removeSync(`${machine.root}/etc/coachiq/system.toml`);
    machine.write(
      "/etc/coachiq/system.toml",
      settings.replace('storage_profile = "sdcard"', 'storage_profile = "sdcard"\nlive_megabytes = 256'),
    );
    machine.write("/proc/mounts", mounted);
    equal(await install(machine), 0);
    match(text("var-lib-coachiq-live.mount"), /^Options=size=256M,/m);
    match(text("coachiq.service"), /^MemoryMax=768M$/m);
    match(text("coachiq-sync.service"), /^MemoryMax=640M$/m);
    ok(machine.calls.includes("systemctl reload var-lib-coachiq-live.mount"));
    ok(!machine.calls.some((call) => /(stop|restart) .*live\.mount/.test(call)), machine.calls.join("\n"));
  },
);

machineTest(
  "install with another profile copies what is in memory to the card first, or changes nothing",
  async (machine) => {
    await install(machine, { profile: "sdcard" });
    machine.write("/proc/mounts", mounted);
    const settings = machine.read("/etc/coachiq/system.toml") ?? "";
    Deno.removeSync(`${machine.root}/etc/coachiq/system.toml`);
    machine.write(
      "/etc/coachiq/system.toml",
      settings.replace('storage_profile = "sdcard"', 'storage_profile = "ssd"'),
    );
    machine.syncAnswer = { code: 1, out: "", err: "No space left on the card.\n" };
    const before = machine.files();
    match(
      await refusal(install(machine)),
      /^Cannot copy to the card what is in memory alone: No space left on the card\. Nothing was taken away\. To go on/,
    );
    deepEqual(machine.files(), before);
    deepEqual(machine.calls.filter((call) => /live\.mount/.test(call)), []);
    equal(machine.calls.at(-1), "systemctl --no-block start coachiq-sync.timer coachiq.service");
    machine.syncAnswer = { code: 0, out: "", err: "" };
    equal(await install(machine), 0);
    equal(machine.read("/etc/systemd/system/var-lib-coachiq-live.mount"), undefined);
    const order = machine.calls.map((call) => /sync$/.test(call) ? "sync" : /live\.mount/.test(call) ? "unmount" : "");
    deepEqual(order.filter((step) => step !== ""), ["sync", "unmount"]);
  },
);

/** Interfaces of the machine, as the kernel tells. */
function plug(machine: ScriptedMachine, ...names: readonly string[]): void {
  machine.write(
    "/proc/net/dev",
    ["Inter-|", " face |", "    lo: 1 2", ...names.map((name) => `${name}: 3 4`)].join("\n"),
  );
  for (const name of names) machine.write(`/sys/class/net/${name}/type`, "280\n");
}

machineTest("install takes the first interface alone, and says which others there are", async (machine) => {
  plug(machine, "can10", "can2", "can0");
  await install(machine);
  const settings = machine.read("/etc/coachiq/system.toml") ?? "";
  match(settings, /^interfaces = \["can0"\]$/m);
  ok(!settings.includes("can2"));
  deepEqual([...machine.enabled], ["coachiq.service", "coachiq-can@can0.service"]);
  match(
    machine.out,
    /^can2, can10 were found as well and are left alone.*can\.bitrates of \/etc\/coachiq\/system\.toml/m,
  );
  await install(machine);
  ok(!machine.out.includes("left alone"), "the settings have decided");
});

machineTest(
  "install takes an interface that is named at its bit rate, and refuses another one afterwards",
  async (machine) => {
    plug(machine, "can0", "can1");
    await install(machine, { can: [{ name: "can0" }, { name: "can1", bitrate: 500_000 }] });
    match(machine.read("/etc/coachiq/system.toml") ?? "", /^"can0" = 250000\n"can1" = 500000$/m);
    ok(!machine.out.includes("left alone"));
    equal(await install(machine, { can: [{ name: "can0", bitrate: 250_000 }, { name: "can1" }] }), 0);
    match(
      await refusal(install(machine, { can: [{ name: "can0" }, { name: "can1", bitrate: 125_000 }] })),
      /^Cannot install with --can can0,can1=125000: the settings of this machine say "can0,can1=500000"/,
    );
  },
);

machineTest("install refuses settings with a mistake and tells the line", async (machine) => {
  machine.write("/etc/coachiq/system.toml", '[server]\nport = "eighty"\n');
  match(
    await refusal(install(machine)),
    /correct them and try again\n\/etc\/coachiq\/system.toml:2:\d+: server.port: is "eighty"/,
  );
  deepEqual(machine.calls, []);
});

machineTest(
  "install refuses a data folder with settings of its own, which the program would read instead",
  async (machine) => {
    machine.write("/var/lib/coachiq/config/system.toml", "");
    match(await refusal(install(machine)), /would read its settings in "\/var\/lib\/coachiq\/config"/);
  },
);

machineTest("install leaves another version to upgrade, and replaces one that does not run", async (machine) => {
  await install(machine);
  machine.write(self, programText("2.0.0"));
  match(await refusal(install(machine)), /: 1\.0\.0 is installed, in another file; run: sudo \S+ upgrade \S+$/);
  machine.write(localPlaces.executable, "half of it");
  equal(await install(machine), 0);
  equal(machine.read(localPlaces.executable), programText("2.0.0"));
});

machineTest("install leaves NixOS to its configuration", async (machine) => {
  machine.write("/etc/NIXOS", "");
  const before = machine.files();
  machine.write(self, programText("1.0.0"));
  match(await refusal(install(machine)), /^Cannot install: this is NixOS, .*; see docs\/install-nixos\.md$/);
  Deno.removeSync(`${machine.root}${self}`);
  deepEqual(machine.files(), before);
});

machineTest("install and its source, or Debian's package, do not go together", async (machine) => {
  const { self: _, ...request } = { self, dryRun: false, start: true };
  match(await refusal(runInstall(request, machine.parts())), /build the file first/);
  machine.write("/usr/lib/coachiq/coachiq", programText("1.0.0"));
  match(await refusal(install(machine)), /installed as a Debian package; use: apt install/);
});
