interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/**
 * A drop-in that makes one unit of systemd into another: the settings of `wanted` that `base` does not have.
 *
 * @throws when `base` has a setting that can be given several times and `wanted` has not: no drop-in takes it away.
 */
export function dropInOf(base: string, wanted: string): string {
  const before = readUnit(base);
  const after = readUnit(wanted);
  const keysOf = ({ lines }: Section) => lines.map((line) => line.slice(0, line.indexOf("=")));
  for (const section of before) {
    const other = after.find(({ heading }) => heading === section.heading);
    const lost = keysOf(section).find((key) => !other || !keysOf(other).includes(key));
    if (lost !== undefined) {
      throw new Error(`Cannot write a drop-in: it cannot take "${lost}" of ${section.heading} away`);
    }
  }
  return after.map(({ heading, lines }) => {
    const known = before.find((section) => section.heading === heading)?.lines ?? [];
    const added = lines.filter((line) => !known.includes(line));
    return added.length === 0 ? "" : `\n${heading}\n${added.join("\n")}\n`;
  }).join("");
}

function readUnit(text: string): readonly Section[] {
  return text.split(/^(?=\[)/m).filter((part) => part.startsWith("[")).map((part) => {
    const [heading = "", ...lines] = part.split("\n");
    return { heading, lines: lines.filter((line) => line !== "" && !line.startsWith("#")) };
  });
}
