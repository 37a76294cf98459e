import type { Command } from "commander";
import type { AccountRequest } from "./account_request.ts";

type Run = (request: AccountRequest) => Promise<void>;

interface CommonOptions {
  readonly dataDir?: string;
  readonly json: boolean;
}

/** Adds `account` with its sub-commands. */
export function addAccount(program: Command, run: Run): void {
  const account = program.command("account")
    .description("look after accounts on the machine itself, while the server runs or not");
  sub(account, "list", "list the accounts").action((o: CommonOptions) => run({ command: "list", ...o }));
  const changing = [
    ["reset-password", "give an account a new password, and sign it out everywhere"],
    ["create-owner", "make an account of an owner"],
  ] as const;
  for (const [command, description] of changing) {
    sub(account, command, description)
      .argument("<name>", "the name that is used for signing in")
      .option("--password-stdin", "read the password from standard input instead of making one and printing it", false)
      .action((username: string, { passwordStdin, ...o }: CommonOptions & { passwordStdin: boolean }) =>
        run({ command, username, passwordFromInput: passwordStdin, ...o })
      );
  }
  sub(account, "revoke-sessions", "sign an account out everywhere; programs lose their tokens as well")
    .argument("<name>", "the name that is used for signing in")
    .action((username: string, o: CommonOptions) => run({ command: "revoke-sessions", username, ...o }));
}

function sub(parent: Command, name: string, description: string): Command {
  return parent.command(name)
    .description(description)
    .option("--data-dir <folder>", "folder with the program's data (default: as for serve, also by the environment)")
    .option("--json", "print JSON", false);
}
