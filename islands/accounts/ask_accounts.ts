import type { Problem } from "../../lib/wire/mod.ts";
import { goToSignIn } from "../live/entrance.ts";

/** Why something was refused, and when it is worth trying again. */
export interface Refusal {
  readonly sentence: string;
  readonly errors: readonly string[];
  /** Whole seconds; 0: at once. */
  readonly waitS: number;
}

/** What came back. */
export type Asked<T> = { readonly answer: T } | { readonly refused: Refusal };

const text = {
  failed: "CoachIQ cannot be reached. Look whether it happened.",
};

/**
 * Asks the addresses of accounts; `path` continues `/api/auth/`. With a proof in the request 401 means that the proof
 * is wrong; without one it means that it is over, and leads to the entrance.
 */
export async function askAccounts<T>(
  path: string,
  options: {
    readonly method?: "GET" | "POST" | "PUT" | "DELETE";
    readonly body?: object;
    readonly hasProof?: boolean;
  } = {},
): Promise<Asked<T>> {
  const { method = "GET", body, hasProof = false } = options;
  const json = body === undefined
    ? {}
    : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    const response = await fetch(`/api/auth/${path}`, { method, ...json });
    if (response.status === 401 && !hasProof) goToSignIn();
    const answer = await response.json();
    return response.ok ? { answer } : { refused: refusalOf(answer, response) };
  } catch {
    return { refused: { sentence: text.failed, errors: [], waitS: 0 } };
  }
}

function refusalOf({ detail, errors = [] }: Problem, { status, headers }: Response): Refusal {
  const waitS = status === 429 ? Math.max(1, Number(headers.get("retry-after")) || 60) : 0;
  return { sentence: detail, errors: errors.filter((error) => !detail.includes(error)), waitS };
}
