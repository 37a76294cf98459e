import { bundleServer } from "../../tools/compile/bundle_server.ts";
import type { BootOptions } from "./vm.ts";

/** Folders that the program reads at run time, from beside itself. */
const ASSETS = ["dist/web", "static", "reference"] as const;

/**
 * The program as it is packed for release, in `vm/program`: one bundled `main.js` and its assets. Inside it starts with
 * `deno run -A main.js …`, without packages and without network.
 */
export async function programFiles(entry = "main.ts"): Promise<NonNullable<BootOptions["files"]>> {
  const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
  const { code } = await bundleServer({ root, entry });
  const files: Record<string, Uint8Array | { readonly hostPath: string }> = {
    "vm/program/main.js": code,
    "vm/program/deno.json": { hostPath: `${root}/deno.json` },
  };
  for (const folder of ASSETS) {
    const there = await Deno.stat(`${root}/${folder}`).then(({ isDirectory }) => isDirectory, () => false);
    if (there) files[`vm/program/${folder}`] = { hostPath: `${root}/${folder}` };
  }
  return files;
}
