import fc from "fast-check";
import { parse } from "smol-toml";
import { checkSystemText } from "../config/system_file.ts";
import {
  canUnitName,
  canWantsFolder,
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
  bitrate: fc.constantFrom(undefined, 500_000),
  port: fc.integer({ min: 1, max: 65535 }),
  liveMiB: fc.integer({ min: 16, max: 4096 }),
  places: fc.constantFrom(localPlaces, packagePlaces),
}).map(({ places, bitrate, ...options }): MachineOptions => ({
  ...places,
  ...options,
  bitrates: new Map(bitrate === undefined ? [] : options.canInterfaces.slice(1).map((name) => [name, bitrate])),
}));

Deno.test("machineFiles() writes settings that say what was asked for, whatever that was", () => {
  fc.assert(fc.property(anyOptions, (options) => {
    const text = textOf(machineFiles(options), "/system.toml");
    equal(checkSystemText(text, "system.toml").problems, []);
    const settings = parse(text);
    const { canInterfaces: names } = options;
    equal(settings["persistence"], { storage_profile: options.profile });
    equal(settings["server"], { host: "0.0.0.0", port: options.port });
    const { interfaces, bitrates = {} } = settings["can"] as Record<string, unknown>;
    equal(interfaces, names.length === 0 ? ["sim"] : names);
    equal(
      names.map((name) => (bitrates as Record<string, unknown>)[name]),
      names.map((name) => options.bitrates?.get(name) ?? 250_000),
    );
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

Deno.test("the kernel lets the service listen on the ports of the web, as it is on NixOS", async () => {
  const text = textOf(machineFiles(ssd), "/60-coachiq.conf");
  const entries = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  equal(entries, ["net.core.rmem_max = 4194304", "net.ipv4.ip_unprivileged_port_start = 80"]);
  const module = await Deno.readTextFile(new URL("../../nix/module.nix", import.meta.url));
  for (const entry of entries) {
    const [key, value] = entry.split(" = ");
    if (!module.includes(`boot.kernel.sysctl."${key}" = mkDefault ${value};`)) throw new Error(entry);
  }
});

Deno.test("a version that hangs at its start reaches the start limit, whatever the profile", () => {
  for (const options of [ssd, sdcard]) {
    const text = textOf(machineFiles(options), "/coachiq.service");
    const seconds = (key: string) => Number(values(text, key)[0]);
    const oneTryS = seconds("TimeoutStartSec") + seconds("TimeoutStopSec") + seconds("RestartSec");
    const allS = oneTryS * seconds("StartLimitBurst");
    const limitS = seconds("StartLimitIntervalSec");
    if (!(allS < limitS)) throw new Error(`${options.profile}: ${allS} s of tries in ${limitS} s`);
  }
});

Deno.test("canUnitName() writes an interface as systemd-escape does", () => {
  equal(canUnitName("can0"), "coachiq-can@can0.service");
  equal(canUnitName("can-b.1"), "coachiq-can@can\\x2db.1.service");
  equal(canUnitName(".x"), "coachiq-can@\\x2ex.service");
  // What [Install] makes of WantedBy=sys-subsystem-net-devices-%i.device: %i stays escaped.
  equal(canWantsFolder("can-b"), "sys-subsystem-net-devices-can\\x2db.device.wants");
});

Deno.test("paths of the Debian package are the system's, those of install the administrator's", () => {
  const paths = (places: typeof localPlaces) =>
    machineFiles({ ...ssd, ...places }).filter(({ role }) => role !== "settings").map(({ path }) => path);
  for (const path of paths(packagePlaces)) if (!path.startsWith("/usr/lib/")) throw new Error(path);
  for (const path of paths(localPlaces)) if (!/^\/(etc|usr\/local)\//.test(path)) throw new Error(path);
});
