import { deepEqual, equal, match, ok } from "node:assert/strict";
import { environmentVariables } from "../../lib/config/environment_variables.ts";
import { type InstallPlaces, localPlaces, machineFiles, unitNames } from "../../lib/install/mod.ts";
import { fencedBlocks } from "../fixtures/fenced_blocks.ts";

/** Exposure that `systemd-analyze security` may find: 0 is shut, 10 is open. */
const mostExposure = 3;

/** Places below a folder, with a program that systemd finds executable. */
async function placesBelow(folder: string): Promise<InstallPlaces> {
  const places: InstallPlaces = {
    ...localPlaces,
    executable: `${folder}/lib/coachiq`,
    unitFolder: `${folder}/units`,
  };
  await Deno.mkdir(`${folder}/lib`);
  await Deno.mkdir(places.unitFolder);
  await Deno.writeTextFile(places.executable, "#!/bin/sh\n", { mode: 0o755 });
  return places;
}

/** The units of a profile in a folder; units of interfaces as instances, which is what systemd looks at. */
async function writeUnits(folder: string, profile: "ssd" | "sdcard"): Promise<readonly string[]> {
  const places = await placesBelow(folder);
  const names: string[] = [];
  for (const { path, text, mode, role } of machineFiles({ ...places, profile, canInterfaces: ["can0"] })) {
    if (role !== "unit" && role !== "script") continue;
    await Deno.writeTextFile(path, text, { mode });
    if (role !== "unit") continue;
    const name = path.slice(path.lastIndexOf("/") + 1).replace("@.", "@can0.");
    if (name.includes("@")) await Deno.writeTextFile(`${places.unitFolder}/${name}`, text);
    names.push(`${places.unitFolder}/${name}`);
  }
  return names;
}

async function analyze(args: readonly string[], unitFolder: string) {
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: [...args],
    env: { SYSTEMD_UNIT_PATH: `${unitFolder}:`, SYSTEMD_COLORS: "0", LC_ALL: "C" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-units-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function hasAnalyze(): Promise<boolean> {
  try {
    return (await new Deno.Command("systemd-analyze", { args: ["--version"], stdout: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Registers a test with systemd-analyze; without it the test is skipped with the reason. */
const unitTest = await hasAnalyze()
  ? (name: string, body: () => Promise<void>) => Deno.test(name, body)
  : (name: string) => Deno.test.ignore(`${name} (skipped, systemd-analyze is not there: install "systemd")`, () => {});

for (const profile of ["ssd", "sdcard"] as const) {
  unitTest(
    `systemd-analyze verify finds nothing wrong with the units of the profile ${profile}`,
    () =>
      inFolder(async (folder) => {
        const units = await writeUnits(folder, profile);
        const { code, out, err } = await analyze(["verify", "--man=no", ...units], `${folder}/units`);
        // What it says of other units of the machine is not ours to mend.
        const ours = `${out}${err}`.split("\n").filter((line) => line.includes("coachiq") || line.includes(folder));
        deepEqual(ours, []);
        equal(code, 0, err);
        equal(units.length, profile === "ssd" ? 3 : 6);
      }),
  );

  unitTest(
    `systemd-analyze security finds every service of the profile ${profile} well shut`,
    () =>
      inFolder(async (folder) => {
        let looked = 0;
        for (const unit of await writeUnits(folder, profile)) {
          if (!unit.endsWith(".service")) continue;
          const { out, err } = await analyze(["security", "--offline=true", "--no-pager", unit], `${folder}/units`);
          const exposure = Number(/Overall exposure level for \S+: ([0-9.]+)/.exec(out)?.[1] ?? NaN);
          ok(exposure <= mostExposure, `${unit}: ${exposure}, expected at most ${mostExposure}\n${out}${err}`);
          looked++;
        }
        equal(looked, profile === "ssd" ? 3 : 4);
      }),
  );
}

/** The drop-in of docs/installer.md that hands secrets to the service. */
async function documentedSecrets(): Promise<string> {
  const page = await Deno.readTextFile(new URL("../../docs/installer.md", import.meta.url));
  const found = fencedBlocks(page).filter(({ language, text }) =>
    language === "ini" && text.includes("LoadCredential=")
  );
  equal(found.length, 1);
  return found[0]?.text ?? "";
}

Deno.test("docs/installer.md hands a credential over by variables that the configuration knows", async () => {
  const text = await documentedSecrets();
  const known = environmentVariables.map(({ name, secret }) => secret ? `${name}_FILE` : name);
  const variables = [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => ({
    name,
    value,
  }));
  ok(variables.length >= 2);
  for (const { name } of variables) ok(known.includes(name), name);
  const credentials = [...text.matchAll(/^LoadCredential=(\w+):\/\S+$/gm)].map(([, name]) => `%d/${name}`);
  deepEqual(variables.filter(({ name }) => name.endsWith("_FILE")).map(({ value }) => value), credentials);
});

unitTest(
  "systemd-analyze verify finds nothing wrong with the drop-in for secrets of docs/installer.md",
  () =>
    inFolder(async (folder) => {
      await writeUnits(folder, "ssd");
      const unit = `${folder}/units/${unitNames.server}`;
      await Deno.mkdir(`${unit}.d`);
      await Deno.writeTextFile(`${unit}.d/override.conf`, await documentedSecrets());
      const { code, out, err } = await analyze(["verify", "--man=no", unit], `${folder}/units`);
      const ours = `${out}${err}`.split("\n").filter((line) => line.includes("coachiq") || line.includes(folder));
      deepEqual(ours, []);
      equal(code, 0, err);
    }),
);

/** Runs the script of the fallback with a systemctl that takes note. */
async function fallBack(files: Readonly<Record<string, string>>) {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-fallback-" });
  try {
    const places = await placesBelow(folder);
    const script = machineFiles({ ...places, profile: "ssd", canInterfaces: [] }).find(({ role }) => role === "script");
    await Deno.writeTextFile(script?.path ?? "", script?.text ?? "", { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/systemctl`, `#!/bin/sh\necho "$@" >> ${folder}/calls\n`, { mode: 0o755 });
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/lib/${name}`, text);
    const { code, stderr } = await new Deno.Command(script?.path ?? "", {
      cwd: "/",
      env: { PATH: `${folder}:/usr/bin:/bin`, COACHIQ_RETRY_AFTER: "0" },
      stdout: "null",
    }).output();
    equal(code, 0, new TextDecoder().decode(stderr));
    const left: Record<string, string> = {};
    for await (const { name } of Deno.readDir(`${folder}/lib`)) {
      if (name !== "coachiq-fallback") left[name] = await Deno.readTextFile(`${folder}/lib/${name}`);
    }
    return { left, calls: await Deno.readTextFile(`${folder}/calls`) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const startsAgain = `reset-failed ${unitNames.server}\n--no-block start ${unitNames.server}\n`;

Deno.test("the fallback puts the version before in the place of one that nobody saw work, and starts it", async () => {
  const { left, calls } = await fallBack({ coachiq: "new", "coachiq.previous": "old", "upgrade-pending": "{}" });
  deepEqual(left, { coachiq: "old" });
  equal(calls, startsAgain);
});

Deno.test("the fallback leaves a version that worked before in its place, and starts it again after a while", async () => {
  const files = { coachiq: "new", "coachiq.previous": "old" };
  const { left, calls } = await fallBack(files);
  deepEqual(left, files);
  equal(calls, startsAgain);
});

Deno.test("the fallback without a version before starts what there is", async () => {
  const { left } = await fallBack({ coachiq: "new", "upgrade-pending": "{}" });
  match(left["coachiq"] ?? "", /^new$/);
});
