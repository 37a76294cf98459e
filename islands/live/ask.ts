import type { Problem } from "../../lib/wire/mod.ts";
import { fetchSignedIn } from "./entrance.ts";

/** What came back: the answer, or the sentence that says why not. */
export type Asked<T> =
  | { readonly answer: T }
  | { readonly refused: string; readonly status: number };

const text = {
  failed: "CoachIQ cannot be reached. Look whether it happened.",
};

/** Asks an address of the program. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<Asked<T>> {
  try {
    const response = await fetchSignedIn(path, init);
    if (response.status === 204) return { answer: undefined as T };
    const answer = await response.json();
    return response.ok ? { answer } : { refused: sentenceOf(answer), status: response.status };
  } catch {
    return { refused: text.failed, status: 0 };
  }
}

/** A request with a JSON body. */
export function withJson(method: "PUT" | "POST", body: object): RequestInit {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** The detail and each thing that is wrong, nothing twice. */
function sentenceOf({ detail, errors = [] }: Problem): string {
  const more = errors.filter((error) => !detail.includes(error));
  return more.length === 0 ? detail : `${detail}: ${more.join("; ")}`;
}
