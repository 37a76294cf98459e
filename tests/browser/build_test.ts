import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert";
import { loadAssets } from "../../lib/http/mod.ts";
import { build } from "../../tools/build.ts";

function folderUrl(path: string): URL {
  return new URL(`file://${path}/`);
}

function contents(folder: URL): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => [name, Deno.readFileSync(new URL(name, folder)).toString()]));
}

Deno.test("build() makes the same bytes from the same input, and leaves what is up to date alone", async () => {
  const root = Deno.makeTempDirSync();
  try {
    const [one, two] = [folderUrl(`${root}/one`), folderUrl(`${root}/two`)];
    await build({ outFolder: one });
    await build({ outFolder: two });
    deepStrictEqual(contents(one), contents(two));
    const before = Deno.statSync(new URL("manifest.json", one)).mtime;
    await build({ outFolder: one });
    deepStrictEqual(Deno.statSync(new URL("manifest.json", one)).mtime, before);
    const assets = loadAssets(one);
    const script = assets.find(assets.url("app.js"));
    ok(script?.brotli && script.gzip && script.immutable);
    const needed = assets.preload.map((url) => assets.find(url)?.brotli?.length ?? Infinity);
    const bytes = needed.reduce((sum, length) => sum + length, script.brotli.length);
    ok(needed.length > 0 && bytes < 40_000, `${bytes} bytes of script`);
    throws(() => assets.url("other.js"), /Cannot link "other.js"/);
    strictEqual(assets.find("/assets/../deno.json"), undefined);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("loadAssets() says how to build a site that was not built", async () => {
  await rejects(
    async () => await loadAssets(folderUrl("/nowhere/web")),
    /Cannot load the site from "\/nowhere\/web\/": it was not built there, run "deno task build"/,
  );
});
