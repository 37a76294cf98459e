import fc from "fast-check";
import { parse } from "smol-toml";
import { checkSystemText } from "../config/system_file.ts";
import {
  canUnitName,
  localPlaces,
  type MachineFile,
  machineFiles,
  type MachineOptions,
  packagePlaces,
  unitNames,
} from "./mod.ts";

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a}, expected ${b}`);
}

function textOf(files: readonly MachineFile[], end: string): string {
  const file = files.find(({ path }) => path.endsWith(end));
  if (!file) throw new Error(`there is no ${end}`);
  return file.text;
}

/** Values of a key in a unit, in their order. */
function values(text: string, key: string): readonly string[] {
  return text.split("\n").filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

const ssd: MachineOptions = { ...localPlaces, profile: "ssd", canInterfaces: ["can0"] };
const sdcard: MachineOptions = { ...localPlaces, profile: "sdcard", canInterfaces: ["can0"] };

/** Names that no key of the configuration may have, and so no interface. */
const refusedNames = ["__proto__", "constructor", "prototype"];
const interfaceName = fc.stringMatching(/^[A-Za-z0-9_-]{1,15}$/).filter((name) => !refusedNames.includes(name));
const anyOptions = fc.record({
  profile: fc.constantFrom("ssd" as const, "sdcard" as const),
  canInterfaces: fc.uniqueArray(interfaceName, { maxLength: 4 }),
  port: fc.integer({ min: 1, max: 65535 }),
  liveMiB: fc.integer({ min: 16, max: 4096 }),
  places: fc.constantFrom(localPlaces, packagePlaces),
}).map(({ places, ...options }): MachineOptions => ({ ...places, ...options }));

Deno.test("machineFiles() writes settings that say what was asked for, whatever that was", () => {
  fc.assert(fc.property(anyOptions, (options) => {
    const text = textOf(machineFiles(options), "/system.toml");
    equal(checkSystemText(text, "system.toml").problems, []);
    const settings = parse(text);
    const { canInterfaces: names } = options;
    equal(settings["persistence"], { storage_profile: options.profile });
    equal(settings["server"], { host: "0.0.0.0", port: options.port });
    equal((settings["can"] as Record<string, unknown>)["interfaces"], names.length === 0 ? ["sim"] : names);
  }));
});

Deno.test("machineFiles() gives every file once, under the folders that were named, and units without stray lines", () => {
  fc.assert(fc.property(anyOptions, (options) => {
    const files = machineFiles(options);
    equal(new Set(files.map(({ path }) => path)).size, files.length);
    for (const { path, text, role } of files) {
      if (!path.startsWith("/") || !text.endsWith("\n")) throw new Error(path);
      if (role !== "unit") continue;
      if (!path.startsWith(`${options.unitFolder}/`)) throw new Error(path);
      const stray = text.split("\n").filter((line) => !/^(#.*|\[[A-Z][a-z]+\]|[A-Z][A-Za-z0-9]*=.*|)$/.test(line));
      equal(stray, []);
    }
  }));
});

Deno.test("machineFiles() has a file system in memory, and copies out of it, for the profile sdcard alone", () => {
  const names = (options: MachineOptions) =>
    machineFiles(options).filter(({ role }) => role === "unit").map(({ path }) => path.split("/").at(-1));
  const both = [unitNames.server, unitNames.fallback, unitNames.can];
  equal(names(ssd), both);
  equal(names(sdcard), [...both, unitNames.live, unitNames.sync, unitNames.syncTimer]);
  const server = textOf(machineFiles(sdcard), "/coachiq.service");
  equal(values(server, "RequiresMountsFor"), ["/var/lib/coachiq /var/lib/coachiq/live"]);
});

Deno.test("the server's memory limit leaves room for what it keeps in the file system in memory", () => {
  const limit = (options: MachineOptions) =>
    Number.parseInt(values(textOf(machineFiles(options), "/coachiq.service"), "MemoryMax")[0] ?? "");
  equal(limit({ ...sdcard, liveMiB: 100 }) - limit(ssd), 100);
  const mount = textOf(machineFiles({ ...sdcard, liveMiB: 100 }), "/var-lib-coachiq-live.mount");
  equal(values(mount, "Options"), ["size=100M,mode=0700,uid=coachiq,gid=coachiq,nosuid,nodev,noexec"]);
});

Deno.test("no service keeps a capability but the one that sets up interfaces", () => {
  const files = machineFiles(sdcard);
  const held = files.filter(({ path }) => path.endsWith(".service")).map(({ path, text }) => [
    path.split("/").at(-1),
    values(text, "CapabilityBoundingSet"),
  ]);
  equal(held, [
    [unitNames.server, [""]],
    [unitNames.fallback, [""]],
    [unitNames.can, ["CAP_NET_ADMIN"]],
    [unitNames.sync, [""]],
  ]);
});

Deno.test("every loosened restriction says why, in a comment above it", () => {
  let looked = 0;
  for (const { role, text } of machineFiles(sdcard)) {
    if (role !== "unit") continue;
    const lines = text.split("\n");
    for (const [at, line] of lines.entries()) {
      if (!/^(MemoryDenyWriteExecute=no|ProcSubset=all)$/.test(line)) continue;
      looked++;
      if (!lines[at - 1]?.startsWith("# ")) throw new Error(`"${line}" says no reason`);
    }
  }
  equal(looked, 6);
});

Deno.test("canUnitName() writes an interface as systemd-escape does", () => {
  equal(canUnitName("can0"), "coachiq-can@can0.service");
  equal(canUnitName("can-b.1"), "coachiq-can@can\\x2db.1.service");
  equal(canUnitName(".x"), "coachiq-can@\\x2ex.service");
});

Deno.test("paths of the Debian package are the system's, those of install the administrator's", () => {
  const paths = (places: typeof localPlaces) =>
    machineFiles({ ...ssd, ...places }).filter(({ role }) => role !== "settings").map(({ path }) => path);
  for (const path of paths(packagePlaces)) if (!path.startsWith("/usr/lib/")) throw new Error(path);
  for (const path of paths(localPlaces)) if (!/^\/(etc|usr\/local)\//.test(path)) throw new Error(path);
});
