import type { z } from "zod";
import { type CoachModel, coachModelSchema, type EntityDefinition } from "./definition.ts";
import { knownKeys, nearestKey } from "./known_keys.ts";
import { outputsOf, pairsOf } from "./outputs.ts";
import { parseYaml, pathText, type SourceProblem, type YamlSource } from "./yaml_source.ts";

/** A model, or everything that is wrong with its text. */
export type LoadedModel =
  | { readonly kind: "model"; readonly model: CoachModel }
  | { readonly kind: "errors"; readonly problems: readonly SourceProblem[]; readonly errors: readonly string[] };

/**
 * Reads a coach model.
 *
 * @param options.file name for messages, e.g. `reference/models/generic_rv.yml`; the model's id must be its last part.
 * @returns the model, or all errors as `file:line:column: path: what is true, what was wanted`.
 */
export function loadModel(text: string, options: { readonly file: string }): LoadedModel {
  const { source, problems } = parseYaml(text);
  if (!source) return errorsOf(problems, options.file);
  const parsed = coachModelSchema.safeParse(source.value);
  const found = [
    ...problems,
    ...(parsed.success
      ? crossCheck(parsed.data, { source, file: options.file })
      : parsed.error.issues.flatMap((issue) => problemsOf(issue, { source, path: [] }))),
  ];
  return found.length === 0 && parsed.success ? { kind: "model", model: parsed.data } : errorsOf(found, options.file);
}

function errorsOf(problems: readonly SourceProblem[], file: string): LoadedModel {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const errors = sorted.map(({ line, column, path, text }) =>
    `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${text}`
  );
  return { kind: "errors", problems: sorted, errors };
}

interface IssueContext {
  readonly source: YamlSource;
  /** Path of the value in which the issue's own path begins. */
  readonly path: readonly PropertyKey[];
}

function problemsOf(issue: z.core.$ZodIssue, context: IssueContext): readonly SourceProblem[] {
  const { source } = context;
  const path = [...context.path, ...issue.path];
  const problem = (text: string): SourceProblem => ({ ...source.placeOf(path), path: pathText(path), text });
  const value = valueAt(source.value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, { source, path }));
    case "invalid_union": {
      if (issue.errors.length === 0) return [problem(wantedOf(issue, value))];
      return nearestBranch(issue.errors).flatMap((inner) => problemsOf(inner, { source, path }));
    }
    default:
      if (value === undefined) {
        return [{ ...source.placeOf(path), path: pathText(path), text: `is missing, ${expectedOf(issue)}` }];
      }
      return [problem(wantedOf(issue, value))];
  }
}

function unknownKey(key: string, context: IssueContext): SourceProblem {
  const { source, path } = context;
  const allowed = knownKeys(coachModelSchema, { path, value: source.value });
  const near = nearestKey(key, allowed);
  const wanted = near === key
    ? "it does not go with the others"
    : near === undefined
    ? allowed.length === 0 ? "expected no keys here" : `expected one of ${allowed.join(", ")}`
    : `did you mean "${near}"?`;
  const whole = [...path, key];
  return {
    ...source.placeOfKey(whole),
    path: pathText(whole),
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

function wantedOf(issue: z.core.$ZodIssue, value: unknown): string {
  return `is ${JSON.stringify(value) ?? "missing"}, ${expectedOf(issue)}`;
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

/** What no single field can show: ids, areas, outputs driven twice, pairs of one instance. */
function crossCheck(
  model: CoachModel,
  context: { readonly source: YamlSource; readonly file: string },
): readonly SourceProblem[] {
  const { source, file } = context;
  const problems: SourceProblem[] = [];
  const report = (path: readonly PropertyKey[], text: string) =>
    problems.push({ ...source.placeOf(path), path: pathText(path), text });
  const name = file.split("/").at(-1)?.replace(/\.ya?ml$/, "");
  if (model.id !== name) report(["id"], `is "${model.id}", expected the file's own name "${name}"`);
  const ids = new Map<string, number>();
  model.entities.forEach((entity, i) => {
    const first = ids.get(entity.id);
    if (first === undefined) ids.set(entity.id, i);
    else {
      const { line } = source.placeOf(["entities", first]);
      report(
        ["entities", i, "id"],
        `is "${entity.id}", which the entity on line ${line} has already, expected another`,
      );
    }
    if (!Object.hasOwn(model.areas, entity.area)) {
      report(
        ["entities", i, "area"],
        `is "${entity.area}", which is no area of the model, expected one of ${Object.keys(model.areas).join(", ")}`,
      );
    }
    for (const { pair, path } of pairsOf(entity)) {
      if (pair.forward === pair.reverse) {
        report(["entities", i, ...path, "reverse"], `is ${pair.reverse}, like forward, expected another instance`);
      }
    }
  });
  checkOutputs(model.entities, { report, lineOf: (i) => source.placeOf(["entities", i]).line });
  return problems;
}

/** Two entities that drive one output would fight over it, unless one of them says that it is a group. */
function checkOutputs(entities: readonly EntityDefinition[], options: {
  readonly report: (path: readonly PropertyKey[], text: string) => void;
  readonly lineOf: (index: number) => number;
}): void {
  const owners = new Map<string, number>();
  const isGroup = (entity: EntityDefinition) => "group" in entity && entity.group === true;
  const drive = (entity: EntityDefinition, i: number) => {
    for (const { output, path } of outputsOf(entity)) {
      const owner = owners.get(output);
      if (owner === undefined) owners.set(output, i);
      else {
        const other = entities[owner];
        // A group may share lights and switches, never a motor, a heater or a starter.
        if (other && isGroup(entity) && (other.kind === "light" || other.kind === "switch")) continue;
        const which = owner === i ? "twice by this entity" : `by "${other?.id}" on line ${options.lineOf(owner)} too`;
        options.report(
          ["entities", i, ...path],
          `${output} is driven ${which}, expected one owner (a named set of lights says "group: true")`,
        );
      }
    }
  };
  entities.forEach((entity, i) => !isGroup(entity) && drive(entity, i));
  entities.forEach((entity, i) => isGroup(entity) && drive(entity, i));
}
