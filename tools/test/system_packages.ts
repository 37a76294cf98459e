/** A program that tests need, and the Debian package it comes in. */
export interface NeededProgram {
  /** Names under which it may be found; one of them is enough. */
  readonly names: readonly string[];
  /** Programs that will do where it cannot be installed. */
  readonly orElse?: readonly string[];
  readonly debianPackage: string;
}

const need = (debianPackage: string, ...names: readonly string[]): NeededProgram => ({ names, debianPackage });

/** What the tests in a browser need. */
export const browserPrograms: readonly NeededProgram[] = [
  // The same browser without its windows: the tests take two thirds of the time.
  {
    names: ["chromium-headless-shell"],
    orElse: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    debianPackage: "chromium-headless-shell",
  },
];

/** What the tests in virtual machines need. */
export const machinePrograms: readonly NeededProgram[] = [
  need("qemu-system-x86", "qemu-system-x86_64"),
  need("qemu-system-arm", "qemu-system-aarch64"),
  need("dpkg", "dpkg-deb"),
  need("xz-utils", "xz"),
  need("e2fsprogs", "mke2fs"),
  need("kmod", "depmod"),
  need("debootstrap", "debootstrap"),
];

/** What the tests of the Debian package need. */
export const packagePrograms: readonly NeededProgram[] = [
  need("debootstrap", "debootstrap"),
  need("dpkg", "dpkg-deb"),
  need("lintian", "lintian"),
];

/** What the tests of the NixOS module need. */
export const nixPrograms: readonly NeededProgram[] = [
  need("nix-bin", "nix-instantiate"),
];

/** What all tests need. */
export const basicPrograms: readonly NeededProgram[] = [
  need("git", "git"),
  need("systemd", "systemd-analyze"),
  need("gzip", "gzip"),
  need("tar", "tar"),
  need("iproute2", "ip"),
  need("prometheus", "promtool"),
];

/** Those of the programs that are not on this machine, nor another that will do. */
export function missingPrograms(programs: readonly NeededProgram[]): readonly NeededProgram[] {
  return without(programs, ({ names, orElse = [] }) => [...names, ...orElse]);
}

/** Those of the programs of which nothing is there by the names that `namesOf` gives. */
function without(
  programs: readonly NeededProgram[],
  namesOf: (program: NeededProgram) => readonly string[],
): readonly NeededProgram[] {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/sbin"].filter((folder) => folder !== "");
  const isThere = (name: string) => folders.some((folder) => isFile(`${folder}/${name}`));
  return programs.filter((program) => !namesOf(program).some(isThere));
}

/**
 * Installs by apt what is missing, when this is Debian and we are root; else does nothing. Tells what it does.
 * A package that cannot be installed is told and left out: its tests then say that they cannot run.
 */
export async function installMissing(programs: readonly NeededProgram[], log: (line: string) => void): Promise<void> {
  const packagesOf = (some: readonly NeededProgram[]) => some.map(({ debianPackage }) => debianPackage);
  const canInstall = Deno.build.os === "linux" && Deno.uid() === 0 && isFile("/usr/bin/apt-get");
  if (!canInstall) {
    const missing = packagesOf(missingPrograms(programs)).join(" ");
    if (missing === "") return;
    log(`Missing for some tests: on Debian, run as root: apt-get install --no-install-recommends ${missing}`);
    return;
  }
  const packages = packagesOf(without(programs, ({ names }) => names));
  if (packages.length === 0) return;
  log(`Installing by apt: ${packages.join(", ")}`);
  await apt(["update", "-qq"], log);
  if (await apt(["install", "-y", "-qq", "--no-install-recommends", ...packages], log)) return;
  for (const name of packages) await apt(["install", "-y", "-qq", "--no-install-recommends", name], log);
}

async function apt(args: readonly string[], log: (line: string) => void): Promise<boolean> {
  const output = await new Deno.Command("apt-get", {
    args: ["-o", "DPkg::Lock::Timeout=300", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  }).output();
  if (output.success) return true;
  const lastLines = new TextDecoder().decode(output.stderr).trim().split("\n").slice(-3).join(" / ");
  log(`apt-get ${args.join(" ")} failed: ${lastLines}`);
  return false;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
