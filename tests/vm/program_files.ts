import { bundleServer } from "../../tools/compile/bundle_server.ts";
import type { BootOptions } from "./vm.ts";

/** Started by the program as a thread of its own. */
const UPDATE_THREAD = "lib/update/update_thread.ts";

/** Folders that the program reads at run time, from beside itself. */
const ASSETS = ["dist/web", "static", "reference"] as const;

/**
 * The program as it is packed for release, in `vm/program`: one bundled `main.js` and its assets. Inside it starts with
 * `deno run -A main.js …`, without packages and without network.
 */
export async function programFiles(entry = "main.ts"): Promise<NonNullable<BootOptions["files"]>> {
  const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
  const { code } = await bundleServer({ root, entry });
  const thread = await bundleServer({ root, entry: UPDATE_THREAD });
  const files: Record<string, Uint8Array | { readonly hostPath: string }> = {
    "vm/program/main.js": code,
    [`vm/program/${UPDATE_THREAD}`]: thread.code,
    "vm/program/deno.json": { hostPath: `${root}/deno.json` },
  };
  for (const folder of ASSETS) {
    const there = await Deno.stat(`${root}/${folder}`).then(({ isDirectory }) => isDirectory, () => false);
    if (there) files[`vm/program/${folder}`] = { hostPath: `${root}/${folder}` };
  }
  return files;
}
