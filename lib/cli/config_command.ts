import { type Command, InvalidArgumentError } from "commander";
import type { ConfigRequest } from "./config_request.ts";

type Run = (request: ConfigRequest) => Promise<void>;

interface CommonOptions {
  readonly dataDir?: string;
  readonly json: boolean;
}

const nothing = "none";

/** Adds `config` with its sub-commands. */
export function addConfig(program: Command, run: Run): void {
  const config = program.command("config")
    .description("look at the configuration and change it; a server that runs takes changes over");
  addValues(config, run);
  const profiles = config.command("profiles").description("named sets of overrides");
  addProfiles(profiles, run);
  addProfileFiles(profiles, run);
  addBackups(config.command("backups").description("backups of overrides and profiles"), run);
}

function sub(parent: Command, name: string, description: string): Command {
  return parent.command(name)
    .description(description)
    .option("--data-dir <folder>", "folder with the program's data (default: as for serve, also by the environment)")
    .option("--json", "print JSON", false);
}

function addValues(config: Command, run: Run): void {
  sub(config, "show", "print what is set")
    .argument("[key]", "one key such as server.port, or a section such as server")
    .option("--origin", "tell layer, file and line of each value", false)
    .action((key: string | undefined, o: CommonOptions & { origin: boolean }) =>
      run({ command: "show", ...o, ...(key === undefined ? {} : { key }) })
    );
  sub(config, "check", "tell everything that is wrong; exit code 1 when anything is")
    .argument("[file]", "a system file alone, in TOML, JSON or YAML; needs no data directory")
    .action((file: string | undefined, o: CommonOptions) =>
      run({ command: "check", ...o, ...(file === undefined ? {} : { file }) })
    );
  sub(config, "set", "write overrides, all of them or none")
    .argument("<key=value...>", 'e.g. server.port=8081 \'can.interfaces=["can0", "can1"]\'', assignment)
    .action((values: (readonly [string, string])[], o: CommonOptions) => run({ command: "set", ...o, values }));
  sub(config, "reset", "take overrides away, so that the layers below count again")
    .argument("<key...>", "e.g. server.port")
    .action((keys: string[], o: CommonOptions) => run({ command: "reset", ...o, keys }));
}

function assignment(text: string, before: (readonly [string, string])[] | undefined): (readonly [string, string])[] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Expected KEY=VALUE, such as server.port=8081.");
  return [...before ?? [], [text.slice(0, equals).trim(), text.slice(equals + 1).trim()]];
}

function addProfiles(profiles: Command, run: Run): void {
  sub(profiles, "list", "list the profiles; * marks the active one")
    .action((o: CommonOptions) => run({ command: "profiles list", ...o }));
  sub(profiles, "show", "print one profile")
    .argument("<name>")
    .action((name: string, o: CommonOptions) => run({ command: "profiles show", ...o, name }));
  sub(profiles, "create", "make a profile of what is overridden at present")
    .argument("<name>")
    .option("--description <text>", "what it is for", "")
    .option("--inherits <name>", "profile whose overrides lie below its own")
    .option("--replace", "replace the profile of that name", false)
    .action((name: string, o: CommonOptions & { description: string; inherits?: string; replace: boolean }) =>
      run({ command: "profiles create", ...o, name })
    );
  for (
    const [command, description] of [
      ["switch", "switch to a profile; it stays so after a restart"],
      ["preview", "tell what a switch would change"],
    ] as const
  ) {
    sub(profiles, command, description)
      .argument("<name>", `a profile, or "${nothing}"`)
      .action((name: string, o: CommonOptions) =>
        run({ command: `profiles ${command}`, ...o, ...(name === nothing ? {} : { name }) })
      );
  }
  sub(profiles, "delete", "delete a profile; a backup of it stays")
    .argument("<name>")
    .action((name: string, o: CommonOptions) => run({ command: "profiles delete", ...o, name }));
}

function addProfileFiles(profiles: Command, run: Run): void {
  sub(profiles, "export", "write a profile as TOML")
    .argument("<name>")
    .argument("[file]", "file to write; it must not be there (default: standard output)")
    .action((name: string, file: string | undefined, o: CommonOptions) =>
      run({ command: "profiles export", ...o, name, ...(file === undefined ? {} : { file }) })
    );
  sub(profiles, "import", "take in a profile that profiles export or the site wrote")
    .argument("<file>")
    .option("--replace", "replace the profile of that name", false)
    .action((file: string, o: CommonOptions & { replace: boolean }) => run({ command: "profiles import", ...o, file }));
}

function addBackups(backups: Command, run: Run): void {
  sub(backups, "list", "list the backups, newest first")
    .action((o: CommonOptions) => run({ command: "backups list", ...o }));
  sub(backups, "create", "keep the overrides as they are under a name")
    .argument("<name>")
    .action((name: string, o: CommonOptions) => run({ command: "backups create", ...o, name }));
  sub(backups, "restore", "bring a file back to what a backup holds; what it is now is kept as a backup first")
    .argument("<id>", "id of a backup, as backups list prints them")
    .action((id: string, o: CommonOptions) => run({ command: "backups restore", ...o, id }));
  sub(backups, "delete", "delete a backup")
    .argument("<id>", "id of a backup, as backups list prints them")
    .action((id: string, o: CommonOptions) => run({ command: "backups delete", ...o, id }));
}
