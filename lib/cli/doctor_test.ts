import { deepEqual, equal, match, ok } from "node:assert/strict";
import { machineTest, programText, type ScriptedMachine } from "../../tests/fixtures/scripted_machine.ts";
import { localPlaces, packagePlaces, programFiles } from "../install/mod.ts";
import { doctor, type DoctorParts } from "./doctor.ts";
import type { Finding } from "./finding.ts";
import { runInstall } from "./install_run.ts";

const self = "/media/stick/coachiq";
const running = "a".repeat(64);
const cgroup = "/sys/fs/cgroup/system.slice/coachiq.service/cgroup.procs";
const answers: Readonly<Record<string, { readonly status: number; readonly text: string }>> = {
  "http://127.0.0.1:8080/healthz": { status: 200, text: "ok" },
  "http://127.0.0.1:8080/readyz": { status: 200, text: "ready" },
};

/** A machine on which all is well: installed, running, a bus that is heard. */
async function healthy(machine: ScriptedMachine, profile: "ssd" | "sdcard" = "ssd"): Promise<void> {
  machine.write(self, `${programText("1.0.0")}sha=${running}\n`);
  await runInstall({ self, profile, can: [{ name: "can0" }], dryRun: false, start: true }, machine.parts());
  machine.write(cgroup, "4711\n4712\n");
  machine.write(
    "/proc/4711/cmdline",
    `/var/cache/coachiq/${running}/deno\0run\0/var/cache/coachiq/${running}/main.js\0`,
  );
  machine.write("/proc/net/dev", "Inter-|\n face |\n    lo: 1 2\n  can0: 3 4\n");
  machine.write("/proc/sys/net/core/rmem_max", "8388608\n");
  machine.write("/proc/mounts", "tmpfs /var/lib/coachiq/live tmpfs rw,size=131072k 0 0\n");
  for (const [name, text] of Object.entries({ type: "280", flags: "0x40081", operstate: "up" })) {
    machine.write(`/sys/class/net/can0/${name}`, `${text}\n`);
  }
  machine.write("/sys/class/net/can0/statistics/rx_packets", "1234\n");
  machine.write("/sys/class/net/can0/statistics/rx_errors", "0\n");
  machine.write("/sys/class/net/can0/device/uevent", "DRIVER=mcp251x\n");
  machine.write("/site/manifest.json", "{}");
}

async function examine(machine: ScriptedMachine, parts: Partial<DoctorParts> = {}) {
  let out = "";
  const code = await doctor({ json: true }, {
    output: { out: (text) => void (out += text), err: () => {} },
    siteFolder: new URL(`file://${machine.root}/site/`),
    host: machine.parts({ isRoot: false }).host,
    timeSigns: { synchronized: () => true, hasClock: () => false },
    wallMs: Date.UTC(2026, 5, 1),
    freeBytes: () => 8e9,
    ask: (url) => Promise.resolve(answers[url]),
    ...parts,
  });
  const { findings }: { findings: readonly Finding[] } = JSON.parse(out);
  return { code, findings, bad: findings.filter(({ state, what }) => state !== "ok" && what !== "runtime") };
}

for (const profile of ["ssd", "sdcard"] as const) {
  machineTest(`doctor finds nothing wrong with a healthy installation of the profile ${profile}`, async (machine) => {
    await healthy(machine, profile);
    machine.calls.length = 0;
    const { code, findings, bad } = await examine(machine);
    deepEqual(bad, []);
    equal(code, 0);
    ok(findings.length >= 10, `${findings.length} findings`);
    deepEqual(machine.calls, [], "it starts no program");
  });
}

interface Fault {
  readonly name: string;
  readonly harm: (machine: ScriptedMachine) => void;
  readonly parts?: Partial<DoctorParts>;
  /** What is found, how bad it is, and the beginning of what to do. */
  readonly found: readonly [what: string, state: Finding["state"], todo: RegExp];
}

const remove = (path: string) => (machine: ScriptedMachine) => Deno.removeSync(`${machine.root}${path}`);
const write = (path: string, text: string) => (machine: ScriptedMachine) => machine.write(path, text);
const nothing = () => {};

const faults: readonly Fault[] = [
  {
    name: "a unit was changed",
    harm: write("/etc/systemd/system/coachiq.service", ""),
    found: ["units", "warning", /^sudo coachiq install$/],
  },
  {
    name: "it does not start with the machine",
    harm: remove("/etc/systemd/system/multi-user.target.wants/coachiq.service"),
    found: ["start", "failed", /^sudo systemctl enable --now/],
  },
  {
    name: "nobody brings an interface up",
    harm: remove("/etc/systemd/system/sys-subsystem-net-devices-can0.device.wants/coachiq-can@can0.service"),
    found: ["start of can0", "warning", /^sudo coachiq install$/],
  },
  {
    name: "the user is gone",
    harm: write("/etc/passwd", "root:x:0:0::/:/bin/sh\n"),
    found: ["user", "failed", /^sudo coachiq install$/],
  },
  {
    name: "the data is somebody else's",
    harm: write("/etc/passwd", "coachiq:x:54321:54321::/:/bin/sh\n"),
    found: ["data", "failed", /^sudo chown -R coachiq:coachiq/],
  },
  {
    name: "the link to the settings is gone",
    harm: remove("/var/lib/coachiq/config"),
    found: ["settings link", "failed", /^sudo coachiq install$/],
  },
  { name: "the service does not run", harm: write(cgroup, ""), found: ["service", "failed", /^sudo systemctl start/] },
  {
    name: "an older version still runs",
    harm: write(localPlaces.executable, `#!/bin/sh\nsha=${"b".repeat(64)}\n`),
    found: ["service", "warning", /^sudo systemctl restart/],
  },
  {
    name: "an upgrade was not seen to work",
    harm: write(programFiles(localPlaces.executable).pending, "{}"),
    found: ["upgrade", "warning", /^sudo systemctl restart coachiq$/],
  },
  {
    name: "an interface is down",
    harm: write("/sys/class/net/can0/flags", "0x40080\n"),
    found: ["interface can0", "failed", /^sudo systemctl start 'coachiq-can@can0\.service'$/],
  },
  {
    name: "nothing is heard on an interface",
    harm: write("/sys/class/net/can0/statistics/rx_packets", "0\n"),
    found: ["interface can0", "warning", /bit rate/],
  },
  {
    name: "a Raspberry Pi has no CAN interface",
    harm(machine) {
      machine.write("/proc/net/dev", "Inter-|\n face |\n    lo: 1 2\n");
      machine.write("/proc/device-tree/model", "Raspberry Pi 4 Model B\0");
    },
    found: ["interface can0", "failed", /dtoverlay=mcp2515-can0/],
  },
  {
    name: "the disk is full",
    harm: nothing,
    parts: { freeBytes: () => 1000 },
    found: ["disk", "warning", /^Make room/],
  },
  {
    name: "the clock is in the past",
    harm: nothing,
    parts: { wallMs: 0 },
    found: ["clock", "failed", /^Give the machine/],
  },
  {
    name: "nobody vouches for the clock",
    harm: nothing,
    parts: { timeSigns: { synchronized: () => undefined, hasClock: () => false } },
    found: ["clock", "warning", /^Without a time service/],
  },
  {
    name: "nothing answers",
    harm: nothing,
    parts: { ask: () => Promise.resolve(undefined) },
    found: ["port 8080", "failed", /^journalctl/],
  },
  {
    name: "the kernel keeps the port for root",
    harm(machine) {
      machine.write("/var/lib/coachiq/user/config-overrides.toml", "[server]\nport = 443\n");
      machine.write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n");
    },
    found: ["port of the site", "failed", /^"sudo sysctl net\.ipv4\.ip_unprivileged_port_start=80"/],
  },
  {
    name: "another program has the port",
    harm: nothing,
    parts: { ask: () => Promise.resolve({ status: 404, text: "apache" }) },
    found: ["port 8080", "failed", /server\.port/],
  },
];

for (const { name, harm, parts, found: [what, state, todo] } of faults) {
  machineTest(`doctor tells that ${name}, and what to do`, async (machine) => {
    await healthy(machine);
    harm(machine);
    const { code, bad } = await examine(machine, parts);
    const finding = bad.find((finding) => finding.what === what);
    equal(finding?.state, state, JSON.stringify(bad));
    match(finding?.todo ?? "", todo);
    equal(code, bad.some((other) => other.state === "failed") ? 1 : 0);
  });
}

machineTest(
  "doctor names the bit rate of an interface that is down only where no service knows it",
  async (machine) => {
    await healthy(machine);
    machine.write("/sys/class/net/can0/flags", "0x40080\n");
    machine.write("/var/lib/coachiq/user/config-overrides.toml", '[can]\ninterfaces = ["sim"]\n');
    const { bad } = await examine(machine);
    const found = bad.find(({ what }) => what === "interface can0");
    deepEqual([found?.state, found?.todo?.slice(0, 36)], ["warning", "To listen there: name it in can.inte"]);
    Deno.removeSync(`${machine.root}${localPlaces.executable}`);
    const without = (await examine(machine)).bad.find(({ what }) => what === "interface can0");
    match(
      without?.todo ?? "",
      /^"sudo ip link set can0 up type can bitrate 250000 restart-ms 100", with the bit rate of its/,
    );
  },
);

machineTest("doctor finds the unit of an interface with a hyphen, as systemd writes its name", async (machine) => {
  await healthy(machine);
  machine.write("/var/lib/coachiq/user/config-overrides.toml", '[can]\ninterfaces = ["can-b"]\n');
  const starts = async () => (await examine(machine)).bad.filter(({ what }) => what.startsWith("start of"));
  deepEqual((await starts()).map(({ what }) => what), ["start of can-b"]);
  machine.write(
    "/etc/systemd/system/sys-subsystem-net-devices-can\\x2db.device.wants/coachiq-can@can\\x2db.service",
    "",
  );
  deepEqual(await starts(), []);
});

machineTest("doctor tells how an interface is brought up for which the package has no unit", async (machine) => {
  await healthy(machine);
  Deno.removeSync(`${machine.root}${localPlaces.executable}`);
  machine.write(packagePlaces.executable, programText("1.0.0"));
  const wants = "sys-subsystem-net-devices-can0.device.wants/coachiq-can@can0.service";
  Deno.removeSync(`${machine.root}/etc/systemd/system/${wants}`);
  machine.write(`${packagePlaces.unitFolder}/${wants}`, "");
  machine.write("/var/lib/coachiq/user/config-overrides.toml", '[can]\ninterfaces = ["can0", "can2"]\n');
  const { bad } = await examine(machine);
  const starts = bad.filter(({ what }) => what.startsWith("start of"));
  deepEqual(starts.map(({ what, todo }) => [what, todo]), [
    ["start of can2", "sudo systemctl enable --now 'coachiq-can@can2.service'"],
  ]);
});

machineTest("doctor on NixOS says what its module made, or where to read about it", async (machine) => {
  machine.write("/etc/NIXOS", "");
  const installation = async () => (await examine(machine)).findings.find(({ what }) => what === "installation");
  deepEqual(await installation(), {
    what: "installation",
    state: "warning",
    detail: "CoachIQ is no service of this NixOS",
    todo: "docs/install-nixos.md tells how.",
  });
  machine.write("/etc/systemd/system/coachiq.service", "");
  machine.write("/etc/coachiq/system.toml", '[persistence]\nstorage_profile = "ssd"\n');
  machine.write(cgroup, "4711\n");
  deepEqual(await installation(), { what: "installation", state: "ok", detail: "a service of NixOS" });
  const { findings } = await examine(machine);
  deepEqual(
    findings.filter(({ what }) => /^(settings|service|user|data|units)$/.test(what)).map((
      { what, state },
    ) => [what, state]),
    [["settings", "ok"], ["service", "ok"]],
  );
});

machineTest("doctor tells that the databases of the profile sdcard are not in memory", async (machine) => {
  await healthy(machine, "sdcard");
  machine.write("/proc/mounts", "");
  const { bad } = await examine(machine);
  deepEqual(bad.map(({ what }) => what), ["databases in memory"]);
});

machineTest("doctor on a machine where nothing is installed says how to", async (machine) => {
  const { findings } = await examine(machine);
  equal(findings.find(({ what }) => what === "installation")?.state, "warning");
});

machineTest("doctor tells a user who may not look into the data what it can, and who may", async (machine) => {
  await healthy(machine);
  const { host } = machine.parts({ isRoot: false });
  const refusing = new Proxy(host, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (path: string, ...rest: readonly unknown[]) => {
        if (path.startsWith("/var/lib/coachiq/")) return Promise.reject(new Deno.errors.PermissionDenied(path));
        return member.call(target, path, ...rest);
      };
    },
  });
  const { code, bad } = await examine(machine, { host: refusing });
  deepEqual(bad.map(({ todo }) => todo), ["sudo coachiq doctor"]);
  equal(code, 0);
});
