import { type Logger, ManualClock } from "../../lib/base/mod.ts";
import { Configuration, type ConfigurationOptions } from "../../lib/config/mod.ts";

/** A data directory with configuration files in it, removed at the end. */
export interface ConfigFolder extends AsyncDisposable {
  readonly path: string;
  readonly overridesPath: string;
  readonly clock: ManualClock;
  /** Lines that were logged, fields and all. */
  readonly log: string[];
  /** Writes a file as an editor would; folders are made. */
  write(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
  /** A configuration of this folder that was loaded. */
  load(options?: Partial<ConfigurationOptions>): Promise<Configuration>;
}

/** Makes a folder with these files in it, by their path. */
export async function configFolder(files: Readonly<Record<string, string>> = {}): Promise<ConfigFolder> {
  const path = await Deno.makeTempDir({ prefix: "coachiq-config-" });
  const clock = new ManualClock({ wallMs: Date.UTC(2026, 4, 1, 12) });
  const log: string[] = [];
  const note = (message: string, fields?: unknown) => void log.push(`${message} ${Deno.inspect(fields, { depth: 9 })}`);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const loaded: Configuration[] = [];
  const write = async (name: string, text: string) => {
    const file = `${path}/${name}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return {
    path,
    overridesPath: `${path}/user/config-overrides.toml`,
    clock,
    log,
    write,
    read: (name) => Deno.readTextFile(`${path}/${name}`),
    async load(options = {}) {
      const configuration = new Configuration({
        environment: {},
        defaultDataDir: () => path,
        clock,
        logger,
        ...options,
      });
      await configuration.load();
      loaded.push(configuration);
      return configuration;
    },
    async [Symbol.asyncDispose]() {
      for (const configuration of loaded) await configuration.stop();
      await Deno.remove(path, { recursive: true });
    },
  };
}
