/**
 * A small Debian in a folder: made by debootstrap once, copied for each test, entered by chroot. The file systems that a
 * script needs are mounted in a namespace of its own, so nothing stays mounted.
 *
 * @module
 */
import { missingPrograms, packagePrograms } from "../../tools/test/system_packages.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");

/** The release that Raspberry Pi OS is made from, and what the package depends on. */
const suite = "bookworm";
const included = ["systemd", "iproute2", "libgcc-s1"];

/** Why no Debian can be made on this machine, in a sentence; undefined when one can. */
export function whyNoDebian(): string | undefined {
  if (Deno.build.os !== "linux") return `debootstrap needs Linux, this is ${Deno.build.os}`;
  if (Deno.uid() !== 0) return "debootstrap and chroot need root";
  const missing = missingPrograms(packagePrograms).map(({ debianPackage }) => debianPackage);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

/** What a script printed and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A Debian to try things in. */
export class DebianRoot {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** A fresh one. The first call on a machine downloads about 60 MB and takes a minute. */
  static async make(): Promise<DebianRoot> {
    const folder = await Deno.makeTempDir({ prefix: "coachiq-debian-" });
    await must("cp", ["-a", await base(), `${folder}/root`]);
    return new DebianRoot(`${folder}/root`);
  }

  /** Runs a shell script inside, as root, with `/proc`. */
  async run(script: string): Promise<Ran> {
    const enter = 'mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh -c "$2"';
    return await command("unshare", [
      ...["--mount", "--pid", "--fork", "--kill-child"],
      ...["/bin/sh", "-c", enter, "sh", this.path, script],
    ]);
  }

  /** As {@link run}. @throws when the script fails, with all it printed. */
  async must(script: string): Promise<string> {
    const { code, out, err } = await this.run(script);
    if (code === 0) return out;
    throw new Error(`Cannot run "${script}" in the chroot: exit code ${code}: ${out}${err}`);
  }

  async remove(): Promise<void> {
    await must("rm", ["-rf", "--one-file-system", this.path.slice(0, this.path.lastIndexOf("/"))]);
  }
}

/** The tree that others are copied from. */
async function base(): Promise<string> {
  const cache = `${root}/.cache/debian`;
  const path = `${cache}/${suite}-${Deno.build.arch}-${included.join("-")}`;
  if (await exists(path)) return path;
  await Deno.mkdir(cache, { recursive: true });
  const work = await Deno.makeTempDir({ dir: cache, prefix: "making-" });
  try {
    const args = ["--variant=minbase", `--include=${included.join(",")}`, suite, `${work}/root`];
    await must("debootstrap", args);
    // What was downloaded is installed: it would be copied for each test.
    await must("sh", ["-c", 'rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*', "sh", `${work}/root`]);
    await Deno.rename(`${work}/root`, path).catch(async (error) => {
      // Another run was quicker; its folder is as good as ours.
      if (!await exists(path)) throw error;
    });
  } finally {
    await must("rm", ["-rf", "--one-file-system", work]);
  }
  return path;
}

async function must(name: string, args: readonly string[]): Promise<void> {
  const { code, out, err } = await command(name, args);
  if (code !== 0) throw new Error(`Cannot run "${name} ${args.join(" ")}": exit code ${code}: ${out}${err}`);
}

async function command(name: string, args: readonly string[]): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(name, {
    args: [...args],
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" },
    cwd: "/",
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
