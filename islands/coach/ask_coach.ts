import type { PatchOperation, Problem } from "../../lib/wire/mod.ts";
import { fetchSignedIn } from "../live/entrance.ts";

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
    const response = await fetchSignedIn(`/api/coach/${path}`, init);
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
export function mappingAddress(pointer: string): string {
  return `mappings${pointer.split("/").map(encodeURIComponent).join("/")}`;
}

/** Address and request of an edit: one change is sent as what it is, so that the history can say it in words. */
export function editRequest(
  operations: readonly PatchOperation[],
  reason: string,
): readonly [path: string, init: RequestInit] {
  const why = reason.trim();
  const query = why === "" ? "" : `?reason=${encodeURIComponent(why)}`;
  const [only, ...more] = operations;
  if (!only || more.length > 0) return [`patch${query}`, jsonRequest("POST", operations)];
  if (only.op === "remove") return [`${mappingAddress(only.path)}${query}`, { method: "DELETE" }];
  const body = { value: only.value, ...(why === "" ? {} : { reason: why }) };
  return [mappingAddress(only.path), jsonRequest("PUT", body)];
}

function refusalOf({ detail, errors = [] }: Problem): Refusal {
  return { sentence: detail, errors: errors.filter((error) => !detail.includes(error)) };
}
