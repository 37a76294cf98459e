import { CliError } from "./cli_error.ts";
import { asServiceUser } from "./service_user.ts";
import type { SetupParts } from "./setup_parts.ts";

/**
 * Asks another version of the program whether it can work with the database as it is. With an older schema it can; a
 * newer one, of an update that somebody consented to meanwhile, it does not know.
 *
 * @throws {CliError} when it cannot, with what to do.
 */
export async function checkBack(
  file: string,
  { parts: { host, output }, version }: { readonly parts: SetupParts; readonly version: string },
): Promise<void> {
  const { out } = await host.run("runuser", asServiceUser(file, "db", "status", "--json"));
  const state = stateIn(out);
  if (state === undefined) {
    output.out(
      `CoachIQ ${version} does not tell whether it knows the database; if it does not, it comes up to say so.\n`,
    );
    return;
  }
  if (state !== "newer") return;
  throw new CliError(
    `Cannot go back to CoachIQ ${version}: the database was updated since, and that version does not know the newer ` +
      "form. Restore the backup that was made before the update (Settings, Database, or coachiq db backups and " +
      "coachiq db restore), which loses what was recorded after it, and go back then; or --force, and that version " +
      "comes up with its restore page alone",
  );
}

function stateIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return answer !== null && typeof answer === "object" && "state" in answer ? String(answer.state) : undefined;
  } catch {
    return undefined;
  }
}
