import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { machineTest, programText, type ScriptedMachine } from "../../tests/fixtures/scripted_machine.ts";
import { runInstall } from "./install_run.ts";
import type { UninstallRequest } from "./setup_request.ts";
import { runUninstall } from "./uninstall_run.ts";

const self = "/media/stick/coachiq";

async function installed(machine: ScriptedMachine): Promise<void> {
  machine.write(self, programText("1.0.0"));
  await runInstall({ self, profile: "sdcard", can: [{ name: "can0" }], dryRun: false, start: true }, machine.parts());
  machine.write("/var/lib/coachiq/user/coachiq.db", "data");
  machine.calls.length = 0;
  machine.out = "";
}

function uninstall(
  machine: ScriptedMachine,
  request: Partial<UninstallRequest> = {},
  answer?: string | null,
): Promise<number> {
  const parts = machine.parts(answer === undefined ? {} : { answer });
  return runUninstall({ purge: false, yes: false, dryRun: false, ...request }, parts);
}

/** What of CoachIQ is on the machine. */
function left(machine: ScriptedMachine): readonly string[] {
  return Object.keys(machine.files()).filter((path) => /coachiq/.test(path) && path !== self);
}

machineTest(
  "uninstall removes program and units, keeps data, settings and user, and says where they are",
  async (machine) => {
    await installed(machine);
    equal(await uninstall(machine), 0);
    deepEqual(left(machine).toSorted(), [
      "/etc/coachiq/system.toml",
      "/var/lib/coachiq/config",
      "/var/lib/coachiq/user/coachiq.db",
    ]);
    deepEqual([...machine.enabled], []);
    equal(machine.active, "inactive");
    match(machine.read("/etc/passwd") ?? "", /^coachiq:/m);
    match(machine.out, /Data stays in \/var\/lib\/coachiq, settings in \/etc\/coachiq/);
    const stops = machine.calls.filter((call) => call.startsWith("systemctl stop")).map((call) => call.split(" ")[2]);
    deepEqual(
      [stops[0], stops.at(-1)],
      ["coachiq.service", "var-lib-coachiq-live.mount"],
      "the server copies out first",
    );
  },
);

machineTest("uninstall and install again find the data and the settings of before", async (machine) => {
  await installed(machine);
  const settings = machine.read("/etc/coachiq/system.toml");
  await uninstall(machine);
  equal(await runInstall({ self, dryRun: false, start: true }, machine.parts()), 0);
  equal(machine.read("/etc/coachiq/system.toml"), settings);
  equal(machine.read("/var/lib/coachiq/user/coachiq.db"), "data");
});

machineTest("uninstall --purge removes everything, after the word was typed or with --yes", async (machine) => {
  await installed(machine);
  const before = machine.files();
  for (const answer of ["yes", "", null]) equal(await uninstall(machine, { purge: true }, answer), 1);
  equal(await uninstall(machine, { purge: true }), 1, "nobody is there to ask");
  deepEqual(machine.files(), before);
  equal(await uninstall(machine, { purge: true }, "purge"), 0);
  deepEqual(left(machine), []);
  equal(/^coachiq:/m.test(machine.read("/etc/passwd") ?? ""), false);
  equal(await uninstall(machine, { purge: true, yes: true }), 0);
  match(machine.out, /There is nothing to remove\.\n$/);
});

machineTest("uninstall --dry-run removes nothing", async (machine) => {
  await installed(machine);
  const before = machine.files();
  equal(await uninstall(machine, { dryRun: true, purge: true }), 0);
  deepEqual(machine.files(), before);
  match(machine.out, /would remove \/var\/lib\/coachiq\n/);
});

machineTest(
  "uninstall takes nothing away while something is in memory alone, unless data is to go",
  async (machine) => {
    await installed(machine);
    machine.write("/proc/mounts", "tmpfs /var/lib/coachiq/live tmpfs rw,size=131072k 0 0\n");
    machine.syncAnswer = { code: 1, out: "", err: "The card takes no more copies.\n" };
    const before = machine.files();
    await rejects(
      uninstall(machine),
      /Cannot copy to the card what is in memory alone: The card takes no more copies\./,
    );
    deepEqual(machine.files(), before);
    deepEqual(machine.calls.filter((call) => /live\.mount/.test(call)), []);
    equal(await uninstall(machine, { purge: true, yes: true }), 0);
  },
);

machineTest("uninstall --purge goes on when the data is on a disk of its own, whose folder stays", async (machine) => {
  await installed(machine);
  const parts = machine.parts();
  const host = new Proxy(parts.host, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (path: string, ...rest: readonly unknown[]) => {
        const answer: unknown = await member.call(target, path, ...rest);
        if (name === "remove" && path === "/var/lib/coachiq") Deno.mkdirSync(`${machine.root}${path}`);
        return answer;
      };
    },
  });
  equal(await runUninstall({ purge: true, yes: true, dryRun: false }, { ...parts, host }), 0);
  match(machine.out, /^\/var\/lib\/coachiq is empty and stays: a disk is mounted there; see \/etc\/fstab\.$/m);
  deepEqual(left(machine), []);
  ok(!/^coachiq:/m.test(machine.read("/etc/passwd") ?? ""));
});
