import * as esbuild from "esbuild";
import { builtinModules } from "node:module";
import { resolve } from "node:path";

/** A program as modules of JavaScript, and what went into them. */
export interface Bundle {
  /** The first is the entry; the others are parts of it that are loaded when they are needed. */
  readonly modules: readonly { readonly name: string; readonly code: Uint8Array }[];
  /** Folders of the npm packages inside, relative to the root of the tree, sorted. */
  readonly packages: readonly string[];
}

/**
 * Bundles a program and its npm packages into modules for one folder, the first with the name that is given, and one
 * for each part that is imported when it is needed. `import.meta.url` of each source file keeps pointing to where that
 * file is in the tree, so that assets beside the bundle are found as they are in a clone.
 */
export async function bundle({ root, entry, name }: {
  readonly root: string;
  readonly entry: string;
  readonly name: string;
}): Promise<Bundle> {
  try {
    const { outputFiles, metafile } = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: "entry" }],
      outdir: root,
      chunkNames: "[name]-[hash]",
      bundle: true,
      splitting: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "neutral",
      target: "esnext",
      mainFields: ["module", "main"],
      conditions: ["deno", "import", "node"],
      jsx: "automatic",
      jsxImportSource: "preact",
      charset: "utf8",
      legalComments: "none",
      // Less to parse and to keep at every start. Names stay, for what a stack trace says.
      minifyWhitespace: true,
      minifySyntax: true,
      lineLimit: 200,
      logLevel: "error",
      banner: {
        js: 'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);',
      },
      define: { "process.env.NODE_ENV": '"production"' },
      plugins: [ownModules(root), runtimeModules, textImports, tables, moduleUrls(root)],
    });
    const modules = outputFiles.map(({ path, contents }) => ({ name: path.slice(root.length + 1), code: contents }));
    const isEntry = (module: { readonly name: string }) => module.name === "entry.js";
    const first = modules.find(isEntry);
    if (!first) throw new Error(`Cannot bundle "${entry}": the bundler wrote no module for it`);
    return {
      modules: [{ ...first, name }, ...modules.filter((module) => !isEntry(module))],
      packages: packagesOf(Object.keys(metafile.inputs)),
    };
  } finally {
    await esbuild.stop();
  }
}

/** Bundles a program of which nothing is loaded later, into one module. */
export async function bundleWhole(options: { readonly root: string; readonly entry: string }): Promise<Uint8Array> {
  const { modules: [whole, later] } = await bundle({ ...options, name: "whole.js" });
  if (!whole || later) {
    throw new Error(`Cannot bundle "${options.entry}" into one module: ${later?.name} is loaded later`);
  }
  return whole.code;
}

/** Loading a module of ours does nothing but define what it exports, so what nobody uses of it is left out. */
function ownModules(root: string): esbuild.Plugin {
  return {
    name: "own modules",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\/.*\.tsx?$/ }, ({ path, resolveDir, kind }) => {
        const full = resolve(resolveDir, path);
        if (kind === "entry-point" || !full.startsWith(`${root}/`) || full.includes("/node_modules/")) return null;
        return { path: full, sideEffects: false };
      });
    },
  };
}

/** Modules of the runtime stay imports, by their `node:` names. */
const runtimeModules: esbuild.Plugin = {
  name: "runtime modules",
  setup(build) {
    const names = new Set(builtinModules);
    build.onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z0-9_]+)?$/ }, ({ path }) => {
      if (path.startsWith("node:")) return { path, external: true };
      return names.has(path) ? { path: `node:${path}`, external: true } : null;
    });
  },
};

/** `import text from "./x.yml" with { type: "text" }`. */
const textImports: esbuild.Plugin = {
  name: "text imports",
  setup(build) {
    build.onLoad({ filter: /.*/ }, async ({ path, with: attributes }) => {
      if (attributes["type"] === "text") return { contents: await Deno.readTextFile(path), loader: "text" };
      if (attributes["type"] === "bytes") return { contents: await Deno.readFile(path), loader: "binary" };
      return null;
    });
  },
};

/** Tables of data as text that is parsed when it is loaded: that takes a fraction of reading them as code. */
const tables: esbuild.Plugin = {
  name: "tables",
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await Deno.readTextFile(path)));
      return { contents: `export default /* @__PURE__ */ JSON.parse(${JSON.stringify(text)});`, loader: "js" };
    });
  },
};

function moduleUrls(root: string): esbuild.Plugin {
  return {
    name: "module urls",
    setup(build) {
      build.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
        if (!path.startsWith(`${root}/`) || path.includes("/node_modules/")) return null;
        const text = await Deno.readTextFile(path);
        if (!text.includes("import.meta.")) return null;
        const inTree = JSON.stringify(`./${path.slice(root.length + 1)}`);
        const contents = text.replaceAll("import.meta.url", `new URL(${inTree}, import.meta.url).href`)
          .replaceAll("import.meta.dirname", `new URL("./", new URL(${inTree}, import.meta.url)).pathname.slice(0, -1)`)
          .replaceAll("import.meta.filename", `new URL(${inTree}, import.meta.url).pathname`);
        return { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}

function packagesOf(inputs: readonly string[]): readonly string[] {
  const folders = inputs.map((input) => /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}
