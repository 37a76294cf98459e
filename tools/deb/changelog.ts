/** One version in `CHANGELOG.md`. */
export interface ChangelogSection {
  /** Absent: not released yet. */
  readonly version?: string;
  /** Day of the release as `YYYY-MM-DD`, where the heading has it. */
  readonly day?: string;
  readonly groups: readonly { readonly name: string; readonly items: readonly string[] }[];
}

/** What an entry of a Debian changelog needs besides its text. */
export interface ChangelogFacts {
  /** Version of the package that is built, as Debian writes it. */
  readonly version: string;
  readonly maintainer: string;
  /** For what has no day of its own, seconds since 1970. */
  readonly epochS: number;
}

/**
 * Reads a changelog in the form of Keep a Changelog.
 *
 * @throws when it has no section.
 */
export function readChangelog(text: string): readonly ChangelogSection[] {
  const [, ...parts] = text.split(/^## /m);
  if (parts.length === 0) throw new Error('Cannot read the changelog: it has no heading such as "## Unreleased"');
  return parts.map((part) => {
    const [heading = "", ...lines] = part.split("\n");
    const found = /^\[?(?<version>\d[^\s\]]*)\]?(?:\s+[-–—]\s+(?<day>\d{4}-\d{2}-\d{2}))?/.exec(heading)?.groups;
    const { version, day } = found ?? {};
    return {
      ...(version === undefined ? {} : { version }),
      ...(day === undefined ? {} : { day }),
      groups: readGroups(lines.join("\n")),
    };
  });
}

function readGroups(text: string): ChangelogSection["groups"] {
  return text.split(/^### /m).map((part, at) => {
    const [name = "", ...lines] = at === 0 ? ["", part] : part.split("\n");
    const items = lines.join("\n").split(/^- /m).slice(1).map((item) => item.replace(/\s+/g, " ").trim());
    return { name: name.trim(), items };
  }).filter(({ items }) => items.length > 0);
}

/** A version as Debian compares it: `1.0.0-rc.1` comes before `1.0.0`. */
export function debianVersion(version: string): string {
  return version.replace("-", "~");
}

/** The text of `/usr/share/doc/coachiq/changelog`. What is not released yet belongs to the version that is built. */
export function debianChangelog(sections: readonly ChangelogSection[], facts: ChangelogFacts): string {
  const entries = new Map<string, { readonly atS: number; readonly groups: ChangelogSection["groups"][number][] }>();
  for (const { version, day, groups } of sections) {
    const name = version === undefined ? facts.version : debianVersion(version);
    const atS = day === undefined ? facts.epochS : Date.parse(`${day}T00:00:00Z`) / 1000;
    const entry = entries.get(name) ?? { atS, groups: [] };
    entry.groups.push(...groups);
    entries.set(name, entry);
  }
  return [...entries].filter(([, { groups }]) => groups.length > 0).map(([version, { atS, groups }]) => {
    const body = groups.map(({ name, items }) =>
      [...(name === "" ? [] : [`  [ ${name} ]`]), ...items.map((item) => wrapped(item))].join("\n")
    );
    const heading = `coachiq (${version}) unstable; urgency=medium`;
    return `${heading}\n\n${body.join("\n\n")}\n\n -- ${facts.maintainer}  ${debianDate(atS)}\n`;
  }).join("\n");
}

function wrapped(item: string): string {
  const lines: string[] = [];
  let line = "  *";
  for (const word of item.replaceAll("`", "").split(" ")) {
    if (line.length + 1 + word.length > 78) {
      lines.push(line);
      line = "   ";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** As RFC 5322 writes it, in UTC. */
function debianDate(atS: number): string {
  return new Date(atS * 1000).toUTCString().replace("GMT", "+0000");
}
