import assert from "node:assert/strict";
import { checkSystemFile } from "../../lib/config/mod.ts";
import { environmentVariables } from "../../lib/config/environment_variables.ts";
import { defaultLiveMiB, localPlaces, machineFiles } from "../../lib/install/mod.ts";
import { configurationOf, evaluateUnits, profiles, readExpected, type UnitsResult } from "./module_result.ts";
import { linesOfNix, linesOfText, type UnitLines } from "./unit_lines.ts";

for (const profile of profiles) {
  Deno.test(`nix/units.nix makes the units, mounts, timers and folders expected of the profile ${profile}`, async () => {
    const units = await evaluateUnits(configurationOf(profile));
    const expected = await readExpected(profile);
    const { services, timers, mounts, tmpfiles, etc, users, groups } = expected;
    assert.deepEqual(units, { services, timers, mounts, tmpfiles, etc, users, groups });
  });

  Deno.test(`config check takes the settings that the module makes for the profile ${profile}`, async () => {
    const { settings, refused } = await readExpected(profile);
    assert.deepEqual(refused, []);
    assert.deepEqual(checkSystemFile(JSON.stringify(settings), "system.json"), []);
  });
}

/** Where NixOS differs from `coachiq install`, and why. */
const differences: Readonly<Record<string, string>> = {
  "coachiq.service Unit.OnFailure": "goes back to an older file; NixOS goes back by generations",
  "coachiq.service Unit.StartLimitIntervalSec": "without that unit it tries for ever",
  "coachiq.service Unit.StartLimitBurst": "the same",
  "coachiq.service Service.RestartSteps": "the same, ever more slowly",
  "coachiq.service Service.RestartMaxDelaySec": "the same",
  "coachiq.service Service.ExecStartPost": "belongs to an upgrade by file",
  "coachiq.service Service.ExecStopPost": "the stop hook of the profile sdcard",
};

/** The units of `coachiq install` for the same program, made comparable: one interface, paths of NixOS. */
function installedUnits(profile: "ssd" | "sdcard", executable: string): ReadonlyMap<string, UnitLines> {
  const files = machineFiles({ ...localPlaces, executable, profile, canInterfaces: ["can0"], model: "generic_rv" });
  const units = files.filter(({ role, path }) => role === "unit" && !path.includes("fallback"));
  return new Map(units.map(({ path, text }) => {
    const name = path.slice(path.lastIndexOf("/") + 1).replace("@.", "@can0.");
    return [name, linesOfText(text.replaceAll(/%[iI]/g, "can0"))];
  }));
}

function nixUnits(units: UnitsResult): ReadonlyMap<string, UnitLines> {
  const plain = JSON.stringify(units)
    .replaceAll(/\/nix\/store\/0+-bash\/bin\/bash/g, "/bin/sh")
    .replaceAll(/\/nix\/store\/0+-iproute2\/bin\/ip/g, "ip");
  return linesOfNix(JSON.parse(plain));
}

function compare(installed: UnitLines, nix: UnitLines): readonly string[] {
  const keys = new Set([...installed.keys(), ...nix.keys()]);
  return [...keys].filter((key) => JSON.stringify(installed.get(key)) !== JSON.stringify(nix.get(key)));
}

Deno.test("nix/units.nix says what lib/install says, restrictions included, but for what is named", async () => {
  const executable = "/nix/store/00000000000000000000000000000000-coachiq/bin/coachiq";
  const found = new Set<string>();
  let compared = 0;
  for (const profile of ["ssd", "sdcard"] as const) {
    const nix = nixUnits(await evaluateUnits(configurationOf(profile === "ssd" ? "ssd" : "plain_sdcard")));
    const installed = installedUnits(profile, executable);
    assert.deepEqual([...nix.keys()].sort(), [...installed.keys()].sort());
    for (const [name, lines] of installed) {
      const of = nix.get(name);
      assert.ok(of);
      compared += lines.size;
      for (const key of compare(lines, of)) {
        found.add(`${name} ${key}`);
        const pair = `lib/install says ${JSON.stringify(lines.get(key))}, Nix ${JSON.stringify(of.get(key))}`;
        assert.ok(Object.hasOwn(differences, `${name} ${key}`), `${profile} ${name} ${key}: ${pair}`);
      }
    }
  }
  assert.deepEqual([...found].sort(), Object.keys(differences).sort(), "every named difference is one");
  assert.ok(compared > 200, `${compared} lines were compared`);
});

Deno.test("nix/units.nix makes the folders and the user of lib/install, with settings that nobody can write", async () => {
  const { tmpfiles, users } = await evaluateUnits(configurationOf("ssd"));
  const files = machineFiles({ ...localPlaces, profile: "ssd", canInterfaces: [] });
  const textOf = (role: string) => files.find((file) => file.role === role)?.text ?? "";
  const installed = textOf("folders").split("\n").filter((line) => /^[a-zA-Z]/.test(line));
  // The folder of the settings is the store's, and the link to it is renewed by each generation.
  const nixOs = installed.filter((line) => !line.startsWith("d /etc/coachiq ")).map((line) =>
    line.replace(/^L /, "L+ ")
  );
  assert.equal(nixOs.length, installed.length - 1);
  assert.deepEqual(tmpfiles, nixOs);
  const user = users["coachiq"] as { readonly home: string; readonly description: string };
  assert.match(textOf("accounts"), new RegExp(`^u coachiq - "${user.description}" ${user.home}$`, "m"));
});

Deno.test("nix/module.nix gives the profile sdcard as much memory as lib/install does", async () => {
  const { mounts } = await evaluateUnits(configurationOf("plain_sdcard"));
  assert.match(String(mounts[0]?.["options"]), new RegExp(`^size=${defaultLiveMiB}M,`));
  assert.match(
    await Deno.readTextFile(new URL("../../nix/module.nix", import.meta.url)),
    new RegExp(`^ {2}liveMiB = ${defaultLiveMiB};`, "m"),
  );
});

Deno.test("nix/module.nix knows every secret of the configuration, and keeps each out of the settings", async () => {
  const module = await Deno.readTextFile(new URL("../../nix/module.nix", import.meta.url));
  const section = (name: string) =>
    new RegExp(` {2}${name} = [[{]\\n([\\s\\S]*?)\\n {2}[\\]}];`).exec(module)?.[1] ?? "";
  const secrets = environmentVariables.filter(({ secret }) => secret);
  const variables = [...section("secretVariables").matchAll(/"(\w+)"/g)].map(([, name]) => name);
  const keys = [...section("secretKeys").matchAll(/\[ (.*) \]/g)].map(([, key = ""]) => key.replaceAll('"', ""));
  assert.deepEqual(variables.sort(), secrets.map(({ name }) => `${name}_FILE`).sort());
  assert.deepEqual(keys.sort(), secrets.map(({ key }) => key.replaceAll(".", " ")).sort());
  assert.equal(secrets.length, 4);
});
