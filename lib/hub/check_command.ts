import type { Command, CommandSpec, ParameterSpec } from "../entities/mod.ts";

/** Thrown for a command that cannot be right whatever the coach does; every single thing that is wrong is listed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly kind: "unknownEntity" | "invalid";
  readonly errors: readonly string[];

  constructor(kind: "unknownEntity" | "invalid", message: string, errors: readonly string[] = []) {
    super(message);
    this.kind = kind;
    this.errors = errors;
  }
}

/** The command that arms another one (generator start); the hub's own, on every entity with a command to arm. */
export const armCommand: CommandSpec = {
  name: "arm",
  label: "Arm",
  help: "Allows the command that needs arming for the next 30 seconds.",
  parameters: [],
};

/** Commands of an entity as people may ask for them, with `arm` where one of them needs it. */
export function withArming(specs: readonly CommandSpec[]): readonly CommandSpec[] {
  return specs.some((spec) => spec.needsArming) ? [armCommand, ...specs] : specs;
}

/**
 * Checks what was asked for against what the entity understands.
 *
 * @throws {CommandError} `invalid`, naming the allowed commands, parameters and values.
 */
export function checkCommand(
  specs: readonly CommandSpec[],
  request: { readonly command: string; readonly parameters: Readonly<Record<string, unknown>> },
): { readonly spec: CommandSpec; readonly command: Command } {
  const spec = specs.find((candidate) => candidate.name === request.command);
  if (!spec) {
    const allowed = specs.length === 0
      ? "this entity takes no commands, it is shown only"
      : `expected one of ${specs.map((candidate) => candidate.name).join(", ")}`;
    throw new CommandError("invalid", `Cannot run command "${request.command}": ${allowed}`);
  }
  const errors: string[] = [];
  const parameters: Record<string, number | string | boolean> = {};
  for (const name of Object.keys(request.parameters)) {
    if (spec.parameters.some((parameter) => parameter.name === name)) continue;
    const known = spec.parameters.map((parameter) => parameter.name).join(", ") || "none";
    errors.push(`parameters.${name} is not a parameter of "${spec.name}", expected ${known}`);
  }
  for (const parameter of spec.parameters) {
    const value = Object.hasOwn(request.parameters, parameter.name) ? request.parameters[parameter.name] : undefined;
    if (value === undefined) {
      if (parameter.required) errors.push(`parameters.${parameter.name} is missing, expected ${wanted(parameter)}`);
    } else if (fits(parameter, value)) {
      parameters[parameter.name] = value;
    } else {
      errors.push(`parameters.${parameter.name} is ${JSON.stringify(value)}, expected ${wanted(parameter)}`);
    }
  }
  if (errors.length > 0) {
    throw new CommandError("invalid", `Cannot run command "${spec.name}": ${errors.join("; ")}`, errors);
  }
  return { spec, command: { command: spec.name, parameters } };
}

function fits(parameter: ParameterSpec, value: unknown): value is number | string | boolean {
  switch (parameter.type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) && value >= parameter.min && value <= parameter.max;
    case "choice":
      return typeof value === "string" && parameter.choices.includes(value);
    case "boolean":
      return typeof value === "boolean";
    default:
      return parameter satisfies never;
  }
}

function wanted(parameter: ParameterSpec): string {
  switch (parameter.type) {
    case "number":
      return `a number from ${parameter.min} to ${parameter.max}${parameter.unit ? ` ${parameter.unit}` : ""}`;
    case "choice":
      return `one of ${parameter.choices.join(", ")}`;
    case "boolean":
      return "true or false";
    default:
      return parameter satisfies never;
  }
}
