import type { Context, MiddlewareHandler } from "hono";
import type { AuditNote } from "../core/mod.ts";
import { type AccessRow, accessTable } from "./access_table.ts";
import { type Asked, type AuditAnswer, type AuditWords, whatWasAsked } from "./audit_answer.ts";
import { matchedPath } from "./matched_path.ts";
import { problemOf } from "./problems.ts";
import type { SiteEnv } from "./route.ts";

/**
 * Notes every change that is asked for: who, from where, what, and what became of it. Which requests are changes says
 * {@link accessTable}, where a way in that changes something cannot be written down without an answer to this.
 * Strangers are not noted here: they get no further than the door, and must not push the record out of its room.
 */
export function auditTrail(options: {
  /** Absent: there is no record. */
  readonly note: ((note: AuditNote) => void) | undefined;
  readonly words: AuditWords;
  readonly table?: readonly AccessRow[];
}): MiddlewareHandler<SiteEnv> {
  const { note, words, table = accessTable } = options;
  if (!note) return (_, next) => next();
  const answers = new Map(table.map(([method, path, , answer]) => [`${method} ${path}`, answer]));
  return async (c, next) => {
    const pattern = matchedPath(c);
    await next();
    const answer = pattern === undefined ? undefined : answers.get(`${c.req.method} ${pattern}`);
    if (pattern === undefined || answer === undefined) return;
    const entry = noteOf(c, { answer, pattern, words });
    if (entry) note(entry);
  };
}

function noteOf(
  c: Context<SiteEnv>,
  how: { readonly answer: AuditAnswer; readonly pattern: string; readonly words: AuditWords },
): AuditNote | undefined {
  const { answer, pattern, words } = how;
  const principal = c.get("principal");
  if ("notedBy" in answer || principal.role === null) return undefined;
  const outcome = outcomeOf(c.res.status);
  // A wrong password is noted by those who look at passwords.
  if (answer.doneNotedBy !== undefined && (outcome === "done" || c.res.status === 401)) return undefined;
  const { actor, address } = principal;
  const what = whatWasAsked(answer.what, { asked: askedOf(c, pattern), words });
  return { actor, address, action: answer.action, what, outcome, reasons: outcome === "done" ? [] : reasonsOf(c) };
}

function outcomeOf(status: number): AuditNote["outcome"] {
  if (status < 400) return "done";
  return status < 500 ? "refused" : "failed";
}

function reasonsOf(c: Context<SiteEnv>): readonly string[] {
  if (!c.error) return [];
  const { detail, errors = [] } = problemOf(c.error);
  return [detail, ...errors.filter((error) => error !== detail)];
}

/** What was checked counts; of the path also what was not, because it says what somebody wanted. */
function askedOf(c: Context<SiteEnv>, pattern: string): Asked {
  const checked = (from: string): unknown => c.req.valid(from as never);
  return { path: namesInPath(pattern, c.req.path), body: checked("json"), query: checked("query") };
}

/** `/profiles/:name` and `/profiles/eco` are `{ name: "eco" }`. */
function namesInPath(pattern: string, path: string): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  const parts = path.split("/");
  pattern.split("/").forEach((part, i) => {
    const name = /^:(\w+)(\{\.\+\})?$/.exec(part);
    if (name?.[1] === undefined) return;
    names[name[1]] = decoded((name[2] === undefined ? parts.slice(i, i + 1) : parts.slice(i)).join("/"));
  });
  return names;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
