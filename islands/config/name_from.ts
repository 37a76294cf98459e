/** A name as the program takes it, while it is typed: letters, digits, `-` and `_`; spaces become hyphens. */
export function nameFrom(typed: string): string {
  return typed.replaceAll(/\s+/g, "-").replaceAll(/[^A-Za-z0-9_-]/g, "").replace(/^[-_]+/, "").slice(0, 64);
}
