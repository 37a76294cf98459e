import { type CommandHandlers, runCommandLine } from "../../lib/cli/mod.ts";
import { machinePlaces } from "../../lib/install/mod.ts";

/** `--help` never runs a command. */
const noHandlers = new Proxy({}, {
  get: (_, name) => {
    throw new Error(`Cannot write the man page: --help ran the command "${String(name)}"`);
  },
}) as CommandHandlers;

/** The text of `coachiq.1`: what `--help` says of every command, so that it is never behind the program. */
export async function manPage(facts: { readonly version: string; readonly epochS: number }): Promise<string> {
  const commands: { readonly words: readonly string[]; readonly help: string }[] = [];
  const visit = async (words: readonly string[]): Promise<void> => {
    const help = await helpOf(words, facts.version);
    commands.push({ words, help });
    for (const name of commandsOf(help)) await visit([...words, name]);
  };
  await visit([]);
  const day = new Date(facts.epochS * 1000).toISOString().slice(0, 10);
  const [program, ...rest] = commands;
  return [
    `.TH COACHIQ 1 "${day}" "CoachIQ ${facts.version}" "User Commands"`,
    ".SH NAME",
    "coachiq \\- runs a motorhome: RV\\-C on CAN, live on a phone",
    ".SH SYNOPSIS",
    ".B coachiq",
    ".RI [ command ]",
    ".RI [ options ]",
    ".SH DESCRIPTION",
    "CoachIQ listens to the RV\\-C network of a motorhome, keeps the live state of everything on it, shows it on a phone,",
    "and puts the taps of its owner back on the bus.",
    "The service coachiq.service runs",
    '.BR "coachiq serve" ;',
    "the other commands look after it.",
    ".PP",
    verbatim(program?.help ?? ""),
    ".SH COMMANDS",
    ...rest.flatMap(({ words, help }) => [`.SS "${escaped(words.join(" "))}"`, verbatim(help)]),
    ".SH EXIT STATUS",
    "0: done. 1: refused or failed. 2: wrong use.",
    ".SH FILES",
    ...files.flatMap(([path, what]) => [".TP", `.I ${escaped(path)}`, escaped(what)]),
    ".SH SEE ALSO",
    ".BR systemctl (1),",
    ".BR journalctl (1)",
    "",
  ].join("\n");
}

const files: readonly (readonly [path: string, what: string])[] = [
  [machinePlaces.settings, "Settings of the machine, read at the start."],
  [machinePlaces.dataFolder, "Databases, backups, and the changes that were made on the site."],
  [machinePlaces.cacheFolder, "The unpacked program. It comes back by itself."],
];

async function helpOf(words: readonly string[], version: string): Promise<string> {
  const said: string[] = [];
  const code = await runCommandLine([...words, "--help"], {
    handlers: noHandlers,
    output: { out: (text) => said.push(text), err: (text) => said.push(text) },
    version,
  });
  if (code === 0) return said.join("");
  throw new Error(`Cannot write the man page: "${words.join(" ")} --help" ended with exit code ${code}`);
}

/** Names of the sub-commands that a help lists. */
function commandsOf(help: string): readonly string[] {
  const [, list = ""] = help.split(/^Commands:\n/m);
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
}

function verbatim(text: string): string {
  const lines = text.trimEnd().split("\n").map((line) => line === "" ? "\\&" : `\\&${escaped(line)}`);
  return [".nf", ...lines, ".fi"].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq").replaceAll("'", "\\(aq");
}
