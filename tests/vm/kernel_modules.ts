import { run } from "./packages.ts";

/** A module as a file of the unpacked kernel package. */
export interface ModuleFile {
  /** File name, `can-raw.ko`. */
  readonly name: string;
  readonly path: string;
}

/** Modules of an unpacked kernel package, found by name with what they depend on. */
export class KernelModules {
  readonly #root: string;
  readonly #files: readonly string[];
  /** File names of what is part of the kernel itself; which drivers are differs between machines. */
  readonly #builtIn: ReadonlySet<string>;

  private constructor(root: string, found: { readonly files: readonly string[]; readonly builtIn: Set<string> }) {
    this.#root = root;
    this.#files = found.files;
    this.#builtIn = found.builtIn;
  }

  /** Looks through the folder into which the package was unpacked. */
  static async of(root: string): Promise<KernelModules> {
    const builtIn = new Set<string>();
    for (const path of await listFiles(root, /\/modules\.builtin$/)) {
      for (const line of (await Deno.readTextFile(path)).split("\n")) builtIn.add(moduleName(line));
    }
    const files = await listFiles(root, /\.ko(\.xz)?$/);
    return new KernelModules(root, { files, builtIn });
  }

  /** The modules and what they need, in the order in which they must be loaded. @throws when one is missing. */
  async inOrder(names: readonly string[]): Promise<readonly ModuleFile[]> {
    const order = new Map<string, ModuleFile>();
    const visit = async (wanted: string): Promise<void> => {
      const name = `${wanted}.ko`;
      if (order.has(name) || this.#builtIn.has(name)) return;
      const file = this.#files.find((one) => moduleName(one) === name);
      if (file === undefined) throw new Error(`Cannot find the module "${wanted}": the kernel package has none`);
      const path = await unpacked(file);
      const content = new TextDecoder("latin1").decode(await Deno.readFile(path));
      const depends = /\0depends=([^\0]*)\0/.exec(content)?.[1] ?? "";
      for (const needed of depends.split(",").filter(Boolean)) await visit(needed.replaceAll("_", "-"));
      order.set(name, { name, path });
    };
    for (const name of names) await visit(name);
    return [...order.values()];
  }

  /** Copies the modules and what they need to `target`, at their places below `lib/modules`, with the index of each. */
  async copyTree(names: readonly string[], target: string): Promise<void> {
    const files = (await this.inOrder(names)).map(({ path }) => path);
    const lists = await listFiles(this.#root, /\/lib\/modules\/[^/]+\/modules\.(builtin|builtin\.modinfo|order)$/);
    let version = "";
    for (const path of [...files, ...lists]) {
      const place = path.slice(path.indexOf("/lib/modules/") + "/lib/modules/".length);
      version = place.slice(0, place.indexOf("/"));
      await Deno.mkdir(`${target}/lib/modules/${place}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.copyFile(path, `${target}/lib/modules/${place}`);
    }
    await run(await depmod(), { args: ["-b", target, version] });
  }
}

/** The module as the kernel loads it: newer kernel packages hold them compressed. */
async function unpacked(path: string): Promise<string> {
  const plain = path.replace(/\.xz$/, "");
  const isThere = await Deno.stat(plain).then(() => true, () => false);
  if (!isThere) await run("xz", { args: ["-d", path] });
  return plain;
}

/** A folder for administrators is not on everyone's PATH. */
async function depmod(): Promise<string> {
  for (const path of ["/usr/sbin/depmod", "/sbin/depmod"]) {
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  return "depmod";
}

function moduleName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.xz$/, "").replaceAll("_", "-");
}

/** Files anywhere below the folder whose paths match. */
export async function listFiles(dir: string, pattern: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) found.push(...await listFiles(path, pattern));
    else if (pattern.test(path)) found.push(path);
  }
  return found;
}
