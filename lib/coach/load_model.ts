import { type CoachModel, coachModelSchema } from "./definition.ts";
import { crossCheck } from "./cross_check.ts";
import type { KnownMessages } from "./known_messages.ts";
import { type PathProblem, schemaProblems } from "./schema_problems.ts";
import { parseYaml, pathText, type SourceProblem, type YamlSource } from "./yaml_source.ts";

/** A model, or everything that is wrong with its text. */
export type LoadedModel =
  | { readonly kind: "model"; readonly model: CoachModel }
  | { readonly kind: "errors"; readonly problems: readonly SourceProblem[]; readonly errors: readonly string[] };

export interface LoadOptions {
  /** Name for messages, e.g. `reference/models/generic_rv.yml`. */
  readonly file: string;
  /** The model's id need not be the last part of the file's name; default: it must be. */
  readonly anyId?: boolean;
  /** The standards' messages, which sensors and `protocol` are checked against; absent: they are not. */
  readonly messages?: KnownMessages;
  /** What nothing need be left out for is no error: a coach that ran with it goes on. Default: everything is. */
  readonly isLenient?: boolean;
}

/**
 * Reads a coach model.
 *
 * @returns the model, or all errors as `file:line:column: path: what is true, what was wanted`.
 */
export function loadModel(text: string, options: LoadOptions): LoadedModel {
  const { source, problems } = parseYaml(text);
  if (!source) return errorsOf(problems, options.file);
  const parsed = coachModelSchema.safeParse(source.value);
  const wrong = parsed.success
    ? [
      ...fileProblems(parsed.data, options),
      ...crossCheck(parsed.data, {
        placeOf: (index) => ` on line ${source.placeOf(["entities", index]).line}`,
        messages: options.messages,
      }),
    ]
    : schemaProblems(source.value, parsed.error.issues);
  const errors = wrong.filter(({ isKept }) => !(isKept && options.isLenient));
  const found = [...problems, ...errors.map((problem) => placed(problem, source))];
  return found.length === 0 && parsed.success ? { kind: "model", model: parsed.data } : errorsOf(found, options.file);
}

/** The name by which a model is asked for is that of its file. */
function fileProblems(model: CoachModel, { file, anyId }: LoadOptions): readonly PathProblem[] {
  const name = file.split("/").at(-1)?.replace(/\.ya?ml$/, "");
  if (anyId === true || model.id === name) return [];
  return [{ path: ["id"], text: `is "${model.id}", expected the file's own name "${name}"` }];
}

function placed({ path, text, key }: PathProblem, source: YamlSource): SourceProblem {
  return { ...(key ? source.placeOfKey(path) : source.placeOf(path)), path: pathText(path), text };
}

/** Errors of one text that are told; who mends those sees the rest. */
const maxErrors = 100;

function errorsOf(problems: readonly SourceProblem[], file: string): LoadedModel {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, maxErrors);
  const errors = sorted.map(({ line, column, path, text }) =>
    `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${text}`
  );
  return { kind: "errors", problems: sorted, errors };
}
