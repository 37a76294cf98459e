import { type Command, InvalidArgumentError, Option } from "commander";
import type { CoachRequest } from "./coach_request.ts";

type Run = (request: CoachRequest) => Promise<void>;

interface CommonOptions {
  readonly dataDir?: string;
  readonly json: boolean;
}

interface ReasonOption {
  readonly reason?: string;
}

const yesHelp = "change it; without this the command only tells what would happen";

/** Adds `coach` with its sub-commands. */
export function addCoach(program: Command, run: Run): void {
  const coach = program.command("coach")
    .description("look at the coach's mapping and change it; while the server runs or not");
  addLooking(coach, run);
  addModels(coach, run);
  addChanges(coach, run);
}

function sub(coach: Command, name: string, description: string): Command {
  return coach.command(name)
    .description(description)
    .option("--data-dir <folder>", "folder with the program's data (default: as for serve, also by the environment)")
    .option("--json", "print JSON", false);
}

function reasoned(command: Command): Command {
  return command.option("--reason <text>", "why, for the history");
}

function addLooking(coach: Command, run: Run): void {
  sub(coach, "models", "list the coach models, the program's and your own")
    .action((o: CommonOptions) => run({ command: "models", ...o }));
  sub(coach, "status", "tell the model in use, its version, your edits, and what is wrong")
    .action((o: CommonOptions) => run({ command: "status", ...o }));
  sub(coach, "preview", "tell what taking a model, or its new version, would change")
    .option("--model <id>", "another model than the one in use")
    .action((o: CommonOptions & { model?: string }) => run({ command: "preview", ...o }));
  sub(coach, "history", "list the changes of the mapping, newest first")
    .option("--limit <number>", "how many", countFrom(1, 500), 20)
    .action((o: CommonOptions & { limit: number }) => run({ command: "history", ...o }));
  sub(coach, "export", "print the whole coach as a model file, or your edits as a JSON Patch")
    .addOption(new Option("--format <format>", "form of it").choices(["yaml", "patch"]).default("yaml"))
    .option("-o, --output <file>", "file to write instead; must not exist")
    .action((o: CommonOptions & { format: "yaml" | "patch"; output?: string }) => run({ command: "export", ...o }));
}

function addModels(coach: Command, run: Run): void {
  reasoned(sub(coach, "import", "take a model, or its new version, and run with it; your edits stay (after a backup)"))
    .option("--model <id>", "another model than the one in use, by id or as a .yml file")
    .option("--theirs <path>", "in this conflict the model wins; may be given several times", gathered, [])
    .option("--yes", yesHelp, false)
    .action((o: CommonOptions & ReasonOption & { model?: string; theirs: string[]; yes: boolean }) =>
      run({ command: "import", ...o })
    );
  sub(coach, "upload", "keep a model of your own, which can be imported then")
    .argument("<file>", "coach model in YAML")
    .action((file: string, o: CommonOptions) => run({ command: "upload", file, ...o }));
}

function addChanges(coach: Command, run: Run): void {
  reasoned(sub(coach, "patch", "change the mapping by a JSON Patch (RFC 6902), all of it or nothing"))
    .argument("<file>", "list of operations, - for standard input")
    .action((file: string, o: CommonOptions & ReasonOption) => run({ command: "patch", file, ...o }));
  reasoned(sub(coach, "undo", "take a change back"))
    .argument("<number>", "number of the change, as coach history lists them", countFrom(1, Number.MAX_SAFE_INTEGER))
    .action((batchId: number, o: CommonOptions & ReasonOption) => run({ command: "undo", batchId, ...o }));
  reasoned(sub(coach, "reset", "give one entity, or everything, back what the factory says (after a backup)"))
    .argument("[entity]", "id of an entity; without it everything")
    .option("--yes", yesHelp, false)
    .action((entityId: string | undefined, o: CommonOptions & ReasonOption & { yes: boolean }) =>
      run({ command: "reset", ...o, ...(entityId === undefined ? {} : { entityId }) })
    );
}

function countFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

function gathered(text: string, before: string[]): string[] {
  return [...before, text];
}
