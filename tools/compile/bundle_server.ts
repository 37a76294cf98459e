import * as esbuild from "esbuild";
import { builtinModules } from "node:module";

/** The server as one file of JavaScript, and what went into it. */
export interface ServerBundle {
  readonly code: Uint8Array;
  /** Folders of the npm packages inside, relative to the root of the tree, sorted. */
  readonly packages: readonly string[];
}

/**
 * Bundles the program and its npm packages into one module. `import.meta.url` of each source file keeps pointing to
 * where that file is in the tree, so that assets beside the bundle are found as they are in a clone.
 */
export async function bundleServer(options: {
  readonly root: string;
  readonly entry: string;
  /** JavaScript that runs before everything else. */
  readonly first?: string;
}): Promise<ServerBundle> {
  try {
    const result = await esbuild.build({
      absWorkingDir: options.root,
      entryPoints: [options.entry],
      outfile: "main.js",
      bundle: true,
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
      logLevel: "error",
      banner: {
        js: [
          'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);',
          ...(options.first === undefined ? [] : [options.first]),
        ].join("\n"),
      },
      define: { "process.env.NODE_ENV": '"production"' },
      plugins: [runtimeModules, textImports, moduleUrls(options.root)],
    });
    const file = result.outputFiles[0];
    if (!file) throw new Error(`Cannot bundle "${options.entry}": the bundler wrote no file`);
    return { code: file.contents, packages: packagesOf(Object.keys(result.metafile.inputs)) };
  } finally {
    await esbuild.stop();
  }
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
