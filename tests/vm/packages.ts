/** Machines the tests can boot. */
export type VmArch = "x86_64" | "aarch64";

/** What to call each machine in each of the package worlds. */
export const ARCH_NAMES = {
  x86_64: { debian: "amd64", npm: "@deno/linux-x64-glibc", qemu: "qemu-system-x86_64", qemuPackage: "qemu-system-x86" },
  aarch64: {
    debian: "arm64",
    npm: "@deno/linux-arm64-glibc",
    qemu: "qemu-system-aarch64",
    qemuPackage: "qemu-system-arm",
  },
} as const satisfies Record<VmArch, { debian: string; npm: string; qemu: string; qemuPackage: string }>;

/** Runs a command and answers its standard output. @throws with its standard error when it fails. */
export async function run(command: string, options: { args: readonly string[]; cwd?: string }): Promise<string> {
  const output = await new Deno.Command(command, {
    args: [...options.args],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (output.success) return new TextDecoder().decode(output.stdout);
  const stderr = new TextDecoder().decode(output.stderr).trim();
  throw new Error(`Cannot run "${command} ${options.args.join(" ")}": exit code ${output.code}: ${stderr}`);
}

/** True when the command can be started at all. */
export async function commandExists(command: string): Promise<boolean> {
  try {
    await new Deno.Command(command, { args: ["--version"], stdout: "null", stderr: "null" }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Debian packages of any architecture, downloaded with apt's own client into a folder of ours: nothing is installed,
 * no foreign architecture is registered with the machine, and no root is needed.
 */
export class DebianPackages {
  readonly #dir: string;
  readonly #architecture: string;

  constructor(dir: string, architecture: string) {
    this.#dir = dir;
    this.#architecture = architecture;
  }

  /** Fetches the package lists. */
  async update(): Promise<void> {
    for (const folder of ["lists/partial", "archives/partial"]) {
      await Deno.mkdir(`${this.#dir}/${folder}`, { recursive: true });
    }
    await run("apt-get", { args: [...this.#options(), "-qq", "update"] });
  }

  /** The package that a meta package such as `linux-image-amd64` stands for. */
  async resolveMeta(name: string, pattern: RegExp): Promise<string> {
    const text = await run("apt-cache", { args: [...this.#options(), "depends", "--important", name] });
    const found = [...text.matchAll(/Depends: <?([^\s<>]+)>?/g)].map((match) => match[1] ?? "")
      .map((dependency) => dependency.replace(/:.*$/, "")).find((dependency) => pattern.test(dependency));
    if (found === undefined) {
      throw new Error(`Cannot find the kernel package behind "${name}": apt-cache says: ${text}`);
    }
    return found;
  }

  /** Downloads packages and unpacks them together into `into`. */
  async unpack(names: readonly string[], into: string): Promise<void> {
    const debs = `${this.#dir}/debs`;
    await Deno.mkdir(debs, { recursive: true });
    await Deno.mkdir(into, { recursive: true });
    await run("apt-get", { args: [...this.#options(), "-qq", "download", ...names], cwd: debs });
    for await (const entry of Deno.readDir(debs)) {
      if (names.some((name) => entry.name.startsWith(`${name}_`))) {
        await run("dpkg-deb", { args: ["-x", `${debs}/${entry.name}`, into] });
      }
    }
    await Deno.remove(debs, { recursive: true });
  }

  #options(): readonly string[] {
    const set = [
      `Dir::State=${this.#dir}`,
      `Dir::State::lists=${this.#dir}/lists`,
      "Dir::State::status=/dev/null",
      `Dir::Cache=${this.#dir}`,
      `APT::Architecture=${this.#architecture}`,
      `APT::Architectures=${this.#architecture}`,
      "APT::Sandbox::User=root",
      "Acquire::Languages=none",
      "Debug::NoLocking=1",
    ];
    return set.flatMap((option) => ["-o", option]);
  }
}
