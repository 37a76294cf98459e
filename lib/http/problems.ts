import type { Problem } from "../wire/mod.ts";
import { RequestError, TooManyRequests } from "./services.ts";

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  408: "Request timeout",
  409: "Conflict",
  413: "Content too large",
  415: "Unsupported media type",
  421: "Misdirected request",
  422: "Unprocessable content",
  426: "Upgrade required",
  429: "Too many requests",
  500: "Internal error",
  503: "Service unavailable",
};

/** An error that already knows its answer. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly errors: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    options: {
      readonly detail: string;
      readonly errors?: readonly string[];
      readonly headers?: Readonly<Record<string, string>>;
    },
  ) {
    super(options.detail);
    this.status = status;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** A problem after RFC 9457; `type` is `about:blank`, so the title is the status in words. */
export function problem(
  status: number,
  options: { readonly detail: string; readonly errors?: readonly string[]; readonly jobId?: string | undefined },
): Problem {
  const { detail, errors = [], jobId } = options;
  return {
    type: "about:blank",
    title: titles[status] ?? "Error",
    status,
    detail,
    ...(errors.length > 0 ? { errors } : {}),
    ...(jobId === undefined ? {} : { jobId }),
  };
}

/** What an error means to whoever asked. Nothing inside the program shows: unknown errors become a plain 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpError || error instanceof RequestError) {
    const jobId = error instanceof RequestError ? error.jobId : undefined;
    return problem(error.status, { detail: error.message, errors: error.errors, jobId });
  }
  // Hono's own exceptions (unreadable JSON among them) carry their status.
  if (error instanceof Error && "status" in error && typeof error.status === "number" && error.status < 500) {
    return problem(error.status, { detail: error.message || (titles[error.status] ?? "Error") });
  }
  return problem(500, { detail: "Something went wrong inside CoachIQ. The log says what." });
}

/** Headers that go with an error's answer. */
export function headersOf(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof HttpError) return error.headers;
  return error instanceof TooManyRequests ? { "retry-after": String(error.retryAfterS) } : {};
}

/** The answer for programs. */
export function problemResponse(body: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}
