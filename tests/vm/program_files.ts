import { assetFolders, programModules } from "../../tools/compile/program_tree.ts";
import type { BootOptions } from "./vm.ts";

/**
 * The program as it is packed for release, in `vm/program`: its bundled modules and its assets. Inside it starts with
 * `deno run -A main.js …`, without packages and without network.
 */
export async function programFiles(): Promise<NonNullable<BootOptions["files"]>> {
  const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
  const { entries } = await programModules(root);
  const files: Record<string, Uint8Array | { readonly hostPath: string }> = {
    "vm/program/deno.json": { hostPath: `${root}/deno.json` },
  };
  for (const { path, data } of entries) files[`vm/program/${path}`] = data;
  for (const folder of assetFolders) {
    const there = await Deno.stat(`${root}/${folder}`).then(({ isDirectory }) => isDirectory, () => false);
    if (there) files[`vm/program/${folder}`] = { hostPath: `${root}/${folder}` };
  }
  return files;
}
