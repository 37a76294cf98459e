import type { z } from "zod";
import { coachModelSchema } from "./definition.ts";
import { knownKeys, nearestKey } from "./known_keys.ts";

/** Something wrong at a path of a model. */
export interface PathProblem {
  readonly path: readonly PropertyKey[];
  /** What is true, what was wanted. */
  readonly text: string;
  /** The path's last key itself is what is wrong, not its value. */
  readonly key?: true;
  /** Nothing need be left out for it: commands that it would make dangerous are refused. */
  readonly isKept?: true;
}

/** What zod found wrong with a model, in words. */
export function schemaProblems(value: unknown, issues: readonly z.core.$ZodIssue[]): readonly PathProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, { value, path: [] }));
}

interface IssueContext {
  /** The whole model. */
  readonly value: unknown;
  /** Path of the value in which the issue's own path begins. */
  readonly path: readonly PropertyKey[];
}

function problemsOf(issue: z.core.$ZodIssue, context: IssueContext): readonly PathProblem[] {
  const path = [...context.path, ...issue.path];
  const value = valueAt(context.value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, { value: context.value, path }));
    case "invalid_key":
      return [{ path, key: true, text: `"${String(path.at(-1))}" is no name for it, ${innerText(issue.issues)}` }];
    case "invalid_union": {
      if (issue.errors.length === 0) return [{ path, text: wantedOf(issue, value) }];
      return nearestBranch(issue.errors).flatMap((inner) => problemsOf(inner, { value: context.value, path }));
    }
    default:
      if (value === undefined) return [{ path, text: `is missing, ${expectedOf(issue)}` }];
      return [{ path, text: wantedOf(issue, value) }];
  }
}

function innerText(issues: readonly z.core.$ZodIssue[]): string {
  const [first] = issues;
  return first ? expectedOf(first) : "expected another";
}

function unknownKey(key: string, context: IssueContext): PathProblem {
  const { value, path } = context;
  const allowed = knownKeys(coachModelSchema, { path, value });
  const near = nearestKey(key, allowed);
  const wanted = near === key
    ? "it does not go with the others"
    : near === undefined
    ? allowed.length === 0 ? "expected no keys here" : `expected one of ${allowed.join(", ")}`
    : `did you mean "${near}"?`;
  return {
    path: [...path, key],
    key: true,
    text: `"${key}" is no known key${near === key ? " here" : ""}, ${wanted}`,
  };
}

/**
 * Of several shapes that a value might have had, the one with the fewest things wrong. A key that the shape does not
 * have at all tells most that another one was meant.
 */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const cost = (issues: readonly z.core.$ZodIssue[]) =>
    issues.reduce((sum, { code, path }) => sum + (code === "unrecognized_keys" && path.length === 0 ? 10 : 1), 0);
  return branches.reduce((best, branch) => cost(branch) < cost(best) ? branch : best);
}

/** Characters of a wrong value that a message repeats. */
const shownCharacters = 200;

function wantedOf(issue: z.core.$ZodIssue, value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
  return `is ${shown}, ${expectedOf(issue)}`;
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected === "int" ? "a whole number" : article(issue.expected)}`;
    case "too_small":
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "invalid_value":
      return `expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return issue.message.startsWith("expected")
        ? issue.message
        : `expected text like ${issue.pattern ?? issue.format}`;
    case "invalid_union":
      return `expected one of the known kinds: ${kindNames.join(", ")}`;
    default:
      return issue.message;
  }
}

const kindNames = coachModelSchema.shape.entities.element.options.map((option) => option.shape.kind.value);

function article(type: string): string {
  switch (type) {
    case "object":
    case "record":
      return "a mapping";
    case "array":
      return "a list";
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    default:
      return `a ${type}`;
  }
}

function unitOf(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
