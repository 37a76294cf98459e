import type { Problem } from "../../lib/wire/mod.ts";

/** Why something was refused: one sentence, and each single thing that is wrong. */
export interface Refusal {
  readonly sentence: string;
  readonly errors: readonly string[];
}

/** What came back. */
export type Asked<T> = { readonly answer: T } | { readonly refused: Refusal };

const text = {
  failed: "CoachIQ cannot be reached. Look whether it happened.",
};

/** Asks the mapping's addresses; `path` continues `/api/coach/`. */
export async function askCoach<T>(path: string, init: RequestInit = {}): Promise<Asked<T>> {
  try {
    const response = await fetch(`/api/coach/${path}`, init);
    const answer = await response.json();
    return response.ok ? { answer } : { refused: refusalOf(answer) };
  } catch {
    return { refused: { sentence: text.failed, errors: [] } };
  }
}

/** A request with a JSON body. */
export function jsonRequest(method: "POST" | "PUT", body: unknown): RequestInit {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** The RFC 6901 pointer of names. */
export function pointerOf(...names: readonly string[]): string {
  return names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The address of what such a pointer is about, as {@link askCoach} takes it. */
export function mappingAddress(...names: readonly string[]): string {
  return `mappings${pointerOf(...names).split("/").map(encodeURIComponent).join("/")}`;
}

function refusalOf({ detail, errors = [] }: Problem): Refusal {
  return { sentence: detail, errors: errors.filter((error) => !detail.includes(error)) };
}
