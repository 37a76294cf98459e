import { crossCheck, rulesOfOneFile } from "./cross_checks.ts";
import { checkSystemText } from "./system_file.ts";
import type { ConfigProblem } from "./types.ts";

/**
 * Everything that is wrong with a text as a system file, as far as it can be told without the machine it is for: what
 * the environment brings there is not missed here.
 *
 * @param file its name; the ending says the format.
 */
export function checkSystemFile(data: string | Uint8Array, file: string): readonly ConfigProblem[] {
  const { leaves, problems } = checkSystemText(data, file);
  return [...problems, ...crossCheck([leaves], rulesOfOneFile).problems.map(({ layer: _, ...problem }) => problem)];
}
