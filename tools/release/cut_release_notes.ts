/** What a release is called in the three places that must agree. */
export interface ReleaseNames {
  /** Of git, e.g. `v1.2.3`. */
  readonly tag: string;
  /** Of `deno.json`. */
  readonly version: string;
  /** The text of `CHANGELOG.md`. */
  readonly changelog: string;
}

/**
 * What the changelog says of a release, as Markdown: the first section, whose heading is the version and its day, e.g.
 * `## 1.2.3 - 2026-11-21`.
 *
 * @throws when tag, version and heading do not agree, or the section is empty.
 */
export function cutReleaseNotes({ tag, version, changelog }: ReleaseNames): string {
  if (tag !== `v${version}`) {
    throw new Error(`Cannot release "${tag}": deno.json has version ${version}, expected the tag v${version}`);
  }
  const [, first = ""] = changelog.split(/^## /m);
  const [heading = "", ...lines] = first.split("\n");
  const named = /^\[?([^\s\]]+)\]? - \d{4}-\d{2}-\d{2}$/.exec(heading.trim())?.[1];
  if (named !== version) {
    throw new Error(
      `Cannot release "${tag}": the changelog begins with "${heading.trim()}", expected "${version} - " and the day`,
    );
  }
  const text = lines.join("\n").replace(/^\[[^\]]+\]: \S+$/gm, "").trim();
  if (text === "") throw new Error(`Cannot release "${tag}": the changelog says nothing of ${version}`);
  return `${text}\n`;
}
