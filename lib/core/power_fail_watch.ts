/** What a file says by being there. */
type Seen = "missing" | "empty" | "filled";

/**
 * Looks whether the power supply says that the power goes: its file appears, or is no longer empty. The file is looked
 * at by name alone and never opened.
 */
export class PowerFailWatch {
  readonly #path: string;
  #seen: Seen | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** True when it has been said since the last look. A file that was filled at the first look says it, too. */
  async look(): Promise<boolean> {
    const before = this.#seen;
    const now = await look(this.#path);
    this.#seen = now;
    if (now === before || now === "missing") return false;
    return now === "filled" || before === "missing";
  }
}

async function look(path: string): Promise<Seen> {
  try {
    return (await Deno.stat(path)).size > 0 ? "filled" : "empty";
  } catch {
    // Not there, or in a folder that is not there yet: it says nothing.
    return "missing";
  }
}
