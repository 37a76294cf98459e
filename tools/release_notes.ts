/** `deno run --allow-read tools/release_notes.ts v1.2.3`: checks that the tag may be released and prints its notes. */
import { cutReleaseNotes } from "./release/cut_release_notes.ts";

const read = (name: string) => Deno.readTextFileSync(new URL(`../${name}`, import.meta.url));

try {
  const { version }: { version: string } = JSON.parse(read("deno.json"));
  const notes = cutReleaseNotes({ tag: Deno.args[0] ?? "", version, changelog: read("CHANGELOG.md") });
  Deno.stdout.writeSync(new TextEncoder().encode(notes));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
