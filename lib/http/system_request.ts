import { HttpError } from "./problems.ts";
import type { SystemServices } from "./system_services.ts";

/**
 * The services that tell of the program.
 *
 * @throws {HttpError} 503 where there are none.
 */
export function systemOf(system: SystemServices | undefined): SystemServices {
  if (system) return system;
  throw new HttpError(503, {
    detail: "Cannot tell how the program is: it is not ready yet",
    headers: { "retry-after": "5" },
  });
}

/** A query without what was left out of it. */
export function given<Q extends object>(query: Q): { [K in keyof Q]: Exclude<Q[K], undefined> } {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof Q]: Exclude<Q[K], undefined> };
}

/** Headers of a file to keep, named after what it is and its day: `coachiq-log-2026-11-21.txt`. */
export function fileHeaders(
  file: {
    readonly contentType: string;
    readonly what: string;
    readonly extension: string;
    readonly wallMs: number;
  },
): Record<string, string> {
  const day = new Date(file.wallMs).toISOString().slice(0, 10);
  return {
    "content-type": file.contentType,
    "content-disposition": `attachment; filename="coachiq-${file.what}-${day}.${file.extension}"`,
    "cache-control": "no-store",
  };
}
