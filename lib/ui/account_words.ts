import type { Role, TokenView } from "../wire/mod.ts";

/** Shortest password that is taken, characters. */
export const shortestPassword = 8;

export const roleWords: Readonly<Record<Role, { readonly name: string; readonly help: string }>> = {
  owner: { name: "Owner", help: "Everything, with settings and people" },
  family: { name: "Family", help: "Looks at everything and uses the controls" },
  guest: { name: "Guest", help: "Uses what you choose, until a day you choose" },
};

export const scopeWords: Readonly<Record<TokenView["scope"], { readonly name: string; readonly help: string }>> = {
  look: { name: "Look", help: "Reads, and changes nothing" },
  control: { name: "Control", help: "Reads and uses the controls" },
  owner: { name: "Owner", help: "Everything that you can do" },
};

/** The code from the log while it is typed: capitals and digits, with the dash where the log has it. */
export function setUpCodeText(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, "").slice(0, 8);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

/** How long until it is worth trying again. */
export function waitWords(waitS: number): string {
  if (waitS < 60) return `${waitS} s`;
  const minutes = Math.ceil(waitS / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.ceil(minutes / 60)} h`;
}

/** A user name that goes with a name: `Anna Maria` is `anna.maria`. Empty: none can be made of it. */
export function usernameFrom(name: string): string {
  return name.toLowerCase().normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(/[^a-z0-9]+/g, ".")
    .replaceAll(/^\.+|\.+$/g, "").slice(0, 64);
}
