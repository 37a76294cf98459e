import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { machineTest, programText, type ScriptedMachine } from "../../tests/fixtures/scripted_machine.ts";
import { localPlaces, programFiles } from "../install/mod.ts";
import { CliError } from "./cli_error.ts";
import { runInstall } from "./install_run.ts";
import type { SetupHost } from "./setup_host.ts";
import type { SetupParts } from "./setup_parts.ts";
import { runUpgrade } from "./upgrade_run.ts";
import { canGoBack } from "./way_back.ts";

const { executable } = localPlaces;
const { previous, pending, next } = programFiles(executable);
const file = "/media/stick/coachiq-new";
const old = programText("1.0.0");

/** A machine with version 1.0.0, which runs. */
async function installed(machine: ScriptedMachine): Promise<void> {
  machine.write("/media/stick/coachiq", old);
  await runInstall({ self: "/media/stick/coachiq", dryRun: false, start: true }, machine.parts());
  machine.out = "";
  machine.err = "";
  machine.calls.length = 0;
}

function upgradeTo(machine: ScriptedMachine, text: string, parts: SetupParts = machine.parts()): Promise<number> {
  machine.write(file, text);
  return runUpgrade({ back: false, file, limitS: 60 }, parts);
}

function back(machine: ScriptedMachine, options: { readonly force?: boolean } = {}): Promise<number> {
  return runUpgrade({ back: true, force: options.force ?? false, limitS: 60 }, machine.parts());
}

async function refusal(work: Promise<unknown>): Promise<string> {
  let message = "";
  await rejects(work, (error) => {
    message = error instanceof CliError ? error.message : `no sentence: ${error}`;
    return true;
  });
  return message;
}

function programs(machine: ScriptedMachine): readonly (string | undefined)[] {
  return [executable, previous, pending, next].map((path) => machine.read(path));
}

machineTest(
  "upgrade to a good file keeps the old one, waits until the new one is ready, and renews the units",
  async (machine) => {
    await installed(machine);
    const good = programText("2.0.0");
    equal(await upgradeTo(machine, good), 0);
    deepEqual(programs(machine), [good, old, undefined, undefined]);
    match(machine.out, /CoachIQ 2\.0\.0 is in the place of 1\.0\.0, which is kept\.\n.*\nCoachIQ 2\.0\.0 runs\./);
    equal(machine.calls.at(-1), `${executable} install --no-start`);
    equal(machine.err, "");
  },
);

machineTest(
  "upgrade refuses a damaged file, another machine's and no file at all, and changes nothing",
  async (machine) => {
    await installed(machine);
    const before = machine.files();
    machine.write(file, programText("2.0.0", "no program"));
    match(
      await refusal(upgradeTo(machine, programText("2.0.0", "no program"))),
      /^Cannot upgrade to "\/media\/stick\/coachiq-new": it does not run on this machine: this file is damaged; nothing was changed$/,
    );
    Deno.removeSync(`${machine.root}${file}`);
    match(
      await refusal(runUpgrade({ back: false, file, limitS: 60 }, machine.parts())),
      /there is no such file; nothing was changed$/,
    );
    deepEqual(machine.files(), before);
    deepEqual(machine.calls.filter((call) => call.startsWith("systemctl")), []);
  },
);

machineTest("upgrade to the very file that is installed does nothing", async (machine) => {
  await installed(machine);
  equal(await upgradeTo(machine, old), 0);
  deepEqual(programs(machine), [old, undefined, undefined, undefined]);
  match(machine.out, /installed already/);
});

for (
  const [behaviour, reason] of [
    ["silent", /it was not ready within 60 s/],
    ["crashes", /it ended and was started again 2 times/],
    ["crashes later", /it ended and was started again 2 times/],
    ["recovers", /it cannot use the database and is in recovery mode/],
  ] as const
) {
  machineTest(`upgrade goes back by itself when the new version ${behaviour}, and tells why`, async (machine) => {
    await installed(machine);
    equal(await upgradeTo(machine, programText("2.0.0", behaviour)), 1);
    deepEqual(programs(machine), [old, undefined, undefined, undefined]);
    equal(machine.active, "active");
    match(machine.err, reason);
    match(machine.err, /Its log ends with:\n {2}\| \S/);
    match(machine.err, /CoachIQ 1\.0\.0 is back in its place and runs\.\n$/);
  });
}

machineTest("upgrade sees that the fallback of the unit was quicker than itself", async (machine) => {
  await installed(machine);
  machine.fallsBack = true;
  equal(await upgradeTo(machine, programText("2.0.0", "crashes")), 1);
  deepEqual(programs(machine), [old, undefined, undefined, undefined]);
  match(machine.err, /CoachIQ 1\.0\.0 is back in its place and runs/);
});

machineTest("upgrade where systemd does not run leaves the judgement to the next start", async (machine) => {
  await installed(machine);
  Deno.removeSync(`${machine.root}/run/systemd/system`);
  equal(await upgradeTo(machine, programText("2.0.0")), 0);
  deepEqual(programs(machine), [programText("2.0.0"), old, '{"from":"1.0.0","to":"2.0.0"}\n', undefined]);
});

machineTest("upgrade keeps the version that was seen to work when the one before it was not", async (machine) => {
  await installed(machine);
  machine.write(previous, programText("0.9.0"));
  machine.write(executable, programText("1.5.0", "silent"));
  machine.write(pending, "{}\n");
  equal(await upgradeTo(machine, programText("2.0.0", "silent")), 1);
  equal(machine.read(executable), programText("0.9.0"));
});

machineTest("upgrade --back returns to the version before, and forward again", async (machine) => {
  await installed(machine);
  match(await refusal(back(machine)), /no version before this one is kept/);
  const good = programText("2.0.0");
  await upgradeTo(machine, good);
  equal(await back(machine), 0);
  deepEqual(programs(machine), [old, good, undefined, undefined]);
  equal(await back(machine), 0);
  deepEqual(programs(machine), [good, old, undefined, undefined]);
});

machineTest("upgrade --back refuses when the database was updated since, unless it is forced", async (machine) => {
  await installed(machine);
  await upgradeTo(machine, programText("2.0.0"));
  machine.databaseState = "newer";
  const before = machine.files();
  match(
    await refusal(back(machine)),
    /^Cannot go back to CoachIQ 1\.0\.0: the database was updated since.*\(Settings, Database, or coachiq db backups/,
  );
  deepEqual(machine.files(), before);
  machine.databaseState = undefined;
  equal(await back(machine, { force: true }), 0);
  equal(machine.read(executable), old);
});

machineTest("upgrade where nothing is installed says so", async (machine) => {
  match(await refusal(upgradeTo(machine, programText("2.0.0"))), /CoachIQ is not installed here/);
});

machineTest(
  "canGoBack() holds while an upgrade was not seen to work and the version before is kept",
  async (machine) => {
    const { host } = machine.parts();
    equal(await canGoBack(host), false);
    machine.write(pending, "{}");
    equal(await canGoBack(host), false);
    machine.write(previous, old);
    equal(await canGoBack(host), true);
  },
);

/** A host whose power is cut at the n-th change of its files. */
function cutAt(host: SetupHost, count: number): { readonly host: SetupHost; readonly wasCut: () => boolean } {
  let left = count;
  const changing = new Set(["write", "copyProgram", "alias", "move", "link", "remove"]);
  return {
    wasCut: () => left < 0,
    host: new Proxy(host, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...args: readonly unknown[]) => {
          if (changing.has(String(name)) && left-- <= 0) throw new Error("the power went");
          return member.apply(target, args);
        };
      },
    }),
  };
}

machineTest(
  "upgrade, cut short at any change of a file, leaves a version that works or the way back to it",
  async (machine) => {
    await installed(machine);
    const fresh = Deno.readTextFileSync(`${machine.root}${executable}`);
    let cuts = 0;
    for (let at = 0;; at++) {
      for (const path of [previous, pending, next]) await Deno.remove(`${machine.root}${path}`).catch(() => {});
      machine.write(executable, fresh);
      const parts = machine.parts();
      const { host, wasCut } = cutAt(parts.host, at);
      await upgradeTo(machine, programText("2.0.0", "silent"), { ...parts, host }).catch(() => {});
      if (!wasCut()) break;
      cuts++;
      const [now, kept, mark] = programs(machine);
      const isOld = now === old;
      const canGoBack = now === programText("2.0.0", "silent") && kept === old && mark !== undefined;
      ok(isOld || canGoBack, `cut at ${at}: ${JSON.stringify(programs(machine))}`);
    }
    ok(cuts >= 6, `only ${cuts} changes were cut`);
  },
);
