import assert from "node:assert/strict";
import { checkSystemFile } from "../../lib/config/mod.ts";
import { readExpected } from "./module_result.ts";
import { evaluateNix, nixFiles, nixPath, parseNix, root } from "./nix_program.ts";

const pagePath = "docs/install-nixos.md";
const page = await Deno.readTextFile(`${root}/${pagePath}`);
const snippets = [...page.matchAll(/^```nix\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
const optionNames = await readExpected<readonly string[]>("options");

type Tree = { readonly [key: string]: unknown };

/** What a configuration says of the service; it must be plain, so that it can be read without nixpkgs. */
async function serviceOf(text: string): Promise<Tree> {
  return await evaluateNix(`(${text}).services.coachiq`) as Tree;
}

/** Dotted names that a tree sets, down to the options of the module. */
function namesIn(tree: Tree, path = "services.coachiq"): readonly string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const name = `${path}.${key}`;
    const isGroup = optionNames.some((option) => option.startsWith(`${name}.`));
    return isGroup ? namesIn(value as Tree, name) : [name];
  });
}

function mustBeTaken(service: Tree, where: string): void {
  for (const name of namesIn(service)) assert.ok(optionNames.includes(name), `${where}: there is no option ${name}`);
  assert.deepEqual(checkSystemFile(JSON.stringify(service["settings"] ?? {}), "system.json"), [], where);
}

Deno.test("nix-instantiate --parse reads every Nix file", async () => {
  const files = nixFiles();
  for (const file of files) await parseNix(await Deno.readTextFile(`${root}/${file}`));
  assert.ok(files.includes("flake.nix") && files.includes("nix/module.nix"));
  assert.ok(files.length >= 16, `${files.length} files were read`);
});

Deno.test("nix-instantiate --parse tells of a file that is not Nix", async () => {
  await assert.rejects(parseNix("{ a = ; }"), /syntax error/);
});

Deno.test(`every Nix snippet of ${pagePath} is Nix, with options that there are and settings that hold`, async () => {
  for (const snippet of snippets) await parseNix(snippet);
  const configurations = snippets.filter((snippet) => snippet.includes("services.coachiq"));
  for (const snippet of configurations) mustBeTaken(await serviceOf(snippet), snippet);
  assert.equal(snippets.length - configurations.length, 1, "the flake is the other one");
  assert.ok(configurations.length >= 5);
});

Deno.test(`${pagePath} names every option once in its table, and no other`, () => {
  const table = /## Options\n([\s\S]*?)\n## /.exec(page)?.[1] ?? "";
  const named = [...table.matchAll(/^\| `([A-Za-z.]+)`/gm)].map(([, name]) => `services.coachiq.${name}`);
  assert.deepEqual(named.sort(), optionNames);
});

Deno.test("the examples set options that there are and settings that hold", async () => {
  for (const example of ["ssd", "sdcard"]) {
    const file = `${root}/examples/${example}.nix`;
    const service = await serviceOf(`import ${nixPath(file)}`);
    mustBeTaken(service, file);
    assert.equal(service["storageProfile"], example);
    assert.ok(page.includes(`../examples/${example}.nix`));
  }
});

Deno.test("flake.nix has packages, module, overlay, examples, checks and a shell for x86-64 and arm64", async () => {
  const systems = ["aarch64-linux", "x86_64-linux"];
  const outputs = await evaluateNix(`
    let
      flake = import ${nixPath(`${root}/flake.nix`)};
      nixpkgs = {
        lib.genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
        lib.nixosSystem = { modules }: map toString modules;
        legacyPackages = builtins.listToAttrs (map (name: {
          inherit name;
          value = { callPackage = file: _: toString file; stdenv.hostPlatform.system = name; };
        }) [ "x86_64-linux" "aarch64-linux" "riscv64-linux" ]);
      };
      self = flake.outputs { inherit self nixpkgs; };
      overlay = self.overlays.default { callPackage = file: _: toString file; } { };
    in
    { inherit (self) packages nixosConfigurations checks devShells; module = toString self.nixosModules.default; inherit overlay; }
  `) as Record<"packages" | "nixosConfigurations" | "checks" | "devShells" | "overlay", Tree> & { module: string };
  for (const systemsOf of [outputs.packages, outputs.checks, outputs.devShells]) {
    assert.deepEqual(Object.keys(systemsOf), systems);
  }
  const built = { coachiq: `${root}/nix/package.nix`, default: `${root}/nix/package.nix` };
  assert.deepEqual(outputs.packages["aarch64-linux"], built);
  assert.deepEqual(outputs.overlay, { coachiq: `${root}/nix/package.nix` });
  assert.deepEqual(outputs.checks["x86_64-linux"], {
    package: `${root}/nix/package.nix`,
    machine: `${root}/nix/vm_test.nix`,
  });
  assert.equal(outputs.module, `${root}/nix/module.nix`);
  assert.deepEqual(outputs.nixosConfigurations["example-sdcard"], [outputs.module, `${root}/examples/sdcard.nix`]);
  for (const file of [outputs.module, `${root}/nix/dev_shell.nix`]) assert.ok((await Deno.stat(file)).isFile);
});
