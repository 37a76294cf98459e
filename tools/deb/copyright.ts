import type { ArchiveEntry } from "../compile/tar_archive.ts";

/**
 * The text of `/usr/share/doc/coachiq/copyright`: our licence, and that of every part of others in the program file.
 *
 * @param tree what the program file holds; the licences are in its folder `licences/`.
 * @throws when there are none: a bundle without parts of others is not ours.
 */
export function copyrightText(tree: readonly ArchiveEntry[]): string {
  const licences = tree.filter(({ path }) => path.startsWith("licences/"));
  if (licences.length < 10) {
    throw new Error(`Cannot write the copyright file: the program holds ${licences.length} licences, expected many`);
  }
  const parts = licences.map(({ path, data }) => {
    const name = path.slice("licences/".length);
    return `${name}\n${"-".repeat(name.length)}\n\n${shortened(new TextDecoder().decode(data)).trim()}\n`;
  });
  return `CoachIQ runs a motorhome from a Raspberry Pi: RV-C on CAN, live on a phone.

Copyright 2026 the CoachIQ contributors

Licensed under the Apache License, Version 2.0. On Debian systems its text is in
/usr/share/common-licenses/Apache-2.0.

The program file holds these parts of others as well. Each follows with its licence.

${parts.join("\n\n")}`;
}

/** Debian wants long licences by reference. */
function shortened(text: string): string {
  const at = text.search(/^\s*Apache License\s+Version 2\.0, January 2004/m);
  if (at === -1) return text;
  const owner = /^\s*Copyright (?!\[yyyy\]).*$/m.exec(text.slice(text.indexOf("END OF TERMS")))?.[0].trim();
  return [
    text.slice(0, at).trim(),
    ...(owner === undefined ? [] : [owner]),
    "Licensed under the Apache License, Version 2.0: /usr/share/common-licenses/Apache-2.0",
  ].filter((line) => line !== "").join("\n\n");
}
