/** Longest id that is made; areas may be 40 characters long. */
const longest = 40;

/** Lower-case words with underscores between, such as `2021_entegra_aspire`; empty when nothing is left of it. */
export function underscored(text: string): string {
  return text.normalize("NFKD").toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "").join("_")
    .slice(0, longest).replace(/_+$/, "");
}

/**
 * A name in lower snake case that begins with a letter, such as `bedroom_ceiling_light`; undefined when nothing of it is
 * left. What begins with a digit gets `prefix` before it.
 */
export function snakeCase(text: string, prefix: string): string | undefined {
  const words = underscored(text);
  if (words === "") return undefined;
  return /^[a-z]/.test(words) ? words : underscored(`${prefix} ${words}`);
}

/** Whether an id of the earlier program can stay as it is. */
export function isId(text: string): boolean {
  return /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(text) && text.length <= 100;
}

/** The name, or with a number behind it, that none of the taken ones has; it is taken then. */
export function unusedName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  taken.add(free);
  return free;
}

/** `bedroom_ceiling` as people write it: `Bedroom ceiling`. */
export function spokenName(key: string): string {
  const words = key.replaceAll(/[_.\s]+/g, " ").trim();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
