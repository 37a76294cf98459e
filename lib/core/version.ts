import manifest from "../../deno.json" with { type: "json" };

/** Version of this program, semantic versioning. */
export const version: string = manifest.version;

/** How this copy of the program was built. */
export interface BuildInfo {
  /** `source`: run from a checkout; `self-unpacking`: one file around the runtime; `compiled`: by the compiler. */
  readonly form: "source" | "self-unpacking" | "compiled";
  /** Machine it was built for, e.g. `x86_64`; absent for `source`. */
  readonly target?: string;
  /** Hash of the contents; absent for `source`. */
  readonly hash?: string;
}

/** Reads what the build tool wrote about itself; a checkout has no such file. Never throws: a damaged one says nothing. */
export function parseBuildInfo(text: string | undefined): BuildInfo {
  if (text === undefined) return { form: "source" };
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object" || !("form" in value)) return { form: "source" };
    if (value.form !== "self-unpacking" && value.form !== "compiled") return { form: "source" };
    return {
      form: value.form,
      ...("target" in value && typeof value.target === "string" ? { target: value.target } : {}),
      ...("hash" in value && typeof value.hash === "string" ? { hash: value.hash } : {}),
    };
  } catch {
    return { form: "source" };
  }
}
