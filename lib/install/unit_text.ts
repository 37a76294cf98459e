/** One line of a unit, with the reason where it needs one. */
export interface UnitLine {
  readonly key: string;
  readonly value: string;
  /** Why it is so; a comment above the line. */
  readonly why?: string;
}

/** A section of a unit. */
export interface UnitSection {
  readonly name: "Unit" | "Service" | "Mount" | "Timer" | "Install";
  readonly lines: readonly UnitLine[];
}

export function line(key: string, value: string, why?: string): UnitLine {
  return { key, value, ...(why === undefined ? {} : { why }) };
}

/** The text of a unit file. */
export function unitText(about: string, sections: readonly UnitSection[]): string {
  const texts = sections.map(({ name, lines }) => [`[${name}]`, ...lines.flatMap(textOf)].join("\n"));
  return `${comment(about)}\n\n${texts.join("\n\n")}\n`;
}

function textOf({ key, value, why }: UnitLine): readonly string[] {
  return [...(why === undefined ? [] : [comment(why)]), `${key}=${value}`];
}

/** Lines of at most 118 characters. */
function comment(text: string): string {
  const lines: string[] = [];
  let current = "#";
  for (const word of text.split(" ")) {
    if (current.length + 1 + word.length > 118) {
      lines.push(current);
      current = "#";
    }
    current += ` ${word}`;
  }
  return [...lines, current].join("\n");
}
