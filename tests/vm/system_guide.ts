/**
 * Lines of `docs/install-raspberry-pi.md` as the machine runs them.
 *
 * @module
 */
import type { VmArch } from "./packages.ts";

/** What the guide's lines are to be about, where they name an example. */
export interface GuideWords {
  readonly arch: VmArch;
  readonly model: string;
}

/** Runs as the guide's `sudo`: the machine has none, and its shell is root's. */
export const sudo = `sudo() {
  case $1 in
    -u) user=$2; shift 2; setpriv --reuid="$user" --regid="$user" --init-groups "$@" ;;
    *) "$@" ;;
  esac
}
`;

/** Every line to type that stands in a box of the section. @throws when there is none. */
export async function guideLines(section: string, words: GuideWords): Promise<readonly string[]> {
  const guide = await Deno.readTextFile(new URL("../../docs/install-raspberry-pi.md", import.meta.url));
  const text = guide.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? "";
  const lines = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, box = ""]) => box.trim().split("\n"));
  if (lines.length === 0) throw new Error(`Cannot follow the guide: it has no lines to type in "${section}"`);
  return lines.map((line) =>
    line.replaceAll("coachiq-linux-aarch64", `coachiq-linux-${words.arch}`)
      .replaceAll(/--model \w+/g, `--model ${words.model}`)
  );
}
