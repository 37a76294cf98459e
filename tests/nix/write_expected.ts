/**
 * Writes anew what the tests expect of nix/module.nix: `NIXPKGS_LIB=…/lib deno run -A tests/nix/write_expected.ts`.
 * Look at the difference before it is committed.
 */
import {
  configurationOf,
  evaluateModule,
  expectedFile,
  findNixpkgsLib,
  optionNames,
  profiles,
} from "./module_result.ts";

async function write(name: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(expectedFile(name), `${JSON.stringify(value, null, 2)}\n`);
}

const lib = await findNixpkgsLib();
if (lib === undefined) {
  console.error("Cannot evaluate the module: there is no nixpkgs here, expected NIXPKGS_LIB to name its folder lib");
  Deno.exit(1);
}
for (const profile of profiles) await write(profile, await evaluateModule(lib, { path: configurationOf(profile) }));
await write("options", await optionNames(lib));
