import assert from "node:assert/strict";
import { systemClock } from "../../lib/base/mod.ts";
import { importLegacy } from "../../lib/cli/import_legacy.ts";
import type { LegacyRecord } from "../../lib/cli/legacy_record.ts";
import type { LegacyParts } from "../../lib/cli/open_legacy_target.ts";
import { runCommandLine } from "../../lib/cli/mod.ts";
import { createProtocol } from "../../lib/protocol/mod.ts";
import { openToInspect } from "../../lib/store/mod.ts";
import { type DataPaths, dataPaths } from "../../lib/store/mod.ts";
import { legacyTree } from "../fixtures/legacy_trees.ts";
import { migrations, temporaryFolder } from "./store_fixture.ts";

const no = () => Promise.reject(new Error("not this command"));
const noOther = {
  account: no,
  install: no,
  uninstall: no,
  upgrade: no,
  can: no,
  serve: no,
  simulate: no,
  decode: no,
  record: no,
  replay: no,
  coach: no,
  config: no,
  db: no,
  doctor: no,
  sync: no,
  version: no,
};

/** An earlier installation and a data directory that it goes into, in a temporary folder. */
export interface LegacyFixture extends AsyncDisposable {
  /** The earlier installation, for the test to change. */
  readonly folder: string;
  readonly paths: DataPaths;
  /** Runs `coachiq import-legacy` on it in this process. */
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  json(...args: readonly string[]): Promise<LegacyJson>;
  /** Changes one file of the earlier installation. */
  edit(path: string, change: (text: string) => string): Promise<void>;
  /** Every row of the mapping that is valid, the settings of the program, and the models, as they are in the file. */
  rows(): string;
}

/** What `--json` prints, as far as tests look at it. */
export interface LegacyJson {
  readonly code: number;
  readonly state: string;
  readonly message: string;
  readonly reasons: readonly string[];
  readonly consent: string | null;
  readonly wayBack: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
  readonly work: { readonly kept: readonly { readonly what: string; readonly why: string }[] } | null;
  readonly record: LegacyRecord;
}

export async function legacyFixture(
  tree: Parameters<typeof legacyTree>[0],
  options: Partial<LegacyParts> = {},
): Promise<LegacyFixture> {
  const place = await temporaryFolder();
  const folder = `${place.path}/old`;
  for (const [path, text] of legacyTree(tree)) await writeInside(`${folder}/${path}`, text);
  const paths = dataPaths(`${place.path}/data`);
  const run = async (...args: readonly string[]) => {
    let out = "";
    let err = "";
    const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
    const code = await runCommandLine(["import-legacy", folder, "--data-dir", paths.dataDir, ...args], {
      handlers: {
        ...noOther,
        importLegacy: (request) => importLegacy(request, { ...legacyParts(output), ...options }),
      },
      output,
      version: "1.2.3",
    });
    assert.doesNotMatch(err, /\n\s+at /, "no stack");
    return { code, out, err };
  };
  return {
    folder,
    paths,
    run,
    async json(...args) {
      const { code, out } = await run(...args, "--json");
      return { ...JSON.parse(out), code };
    },
    async edit(path, change) {
      await writeInside(`${folder}/${path}`, change(await Deno.readTextFile(`${folder}/${path}`)));
    },
    rows: () => rowsIn(paths.coachiq),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

/** What the command is given, without a server and with an environment that says nothing. */
export function legacyParts(output: LegacyParts["output"]): LegacyParts {
  return {
    output,
    terminal: false,
    defaultDataDir: () => Promise.resolve("no/default"),
    migrations,
    programVersion: "1.2.3",
    clock: systemClock,
    timeSigns: { synchronized: () => true, hasClock: () => true },
    models: new URL("../../reference/models/", import.meta.url),
    protocol: createProtocol(),
    environment: {},
  };
}

async function writeInside(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}

function rowsIn(path: string): string {
  const connection = openToInspect(path);
  try {
    const all = (sql: string) => connection.prepare(sql).all();
    return JSON.stringify([
      all("SELECT model_id, path, value, source FROM coach_mappings WHERE is_active = 1 ORDER BY model_id, path"),
      all("SELECT key, value FROM system_settings WHERE key <> 'shipped_models' ORDER BY key"),
      all("SELECT model_id, version, hash FROM coach_import_status ORDER BY model_id"),
    ]);
  } finally {
    connection.close();
  }
}
