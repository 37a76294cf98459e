import type { CoachModel, DefinitionOf } from "./definition.ts";
import { extensionRow } from "./extension_rows.ts";
import { nearestKey } from "./known_keys.ts";
import type { KnownMessage, KnownMessages } from "./known_messages.ts";
import type { PathProblem } from "./schema_problems.ts";

/** What sensors name that no message has: the message, its field, its instance. */
export function checkSensors(model: CoachModel, messages: KnownMessages): readonly PathProblem[] {
  return model.entities.flatMap((entity, i) =>
    entity.kind === "sensor"
      ? sensorProblems(entity, { model, messages }).map(({ path, text }) => ({ path: ["entities", i, ...path], text }))
      : []
  );
}

function sensorProblems(
  sensor: DefinitionOf<"sensor">,
  context: { readonly model: CoachModel; readonly messages: KnownMessages },
): readonly PathProblem[] {
  const { protocol } = context.model;
  const { message, field, instance } = sensor;
  const extension = Object.hasOwn(protocol, message) ? protocol[message] : undefined;
  const row = extension ? extensionRow(message, extension) : context.messages.rowNamed(message);
  if (!row) {
    const near = nearestKey(message, [...Object.keys(protocol), ...(context.messages.names ?? [])]);
    const wanted = near === undefined
      ? "expected one that the standards or `protocol` have"
      : `did you mean "${near}"?`;
    return [{ path: ["message"], text: `is "${message}", which is no known message, ${wanted}` }];
  }
  if (extension?.direction === "command" || /_COMMAND(_[0-9]+)?$/.test(row.name)) {
    const text = `is "${message}", which asks for something, expected a message that says what is`;
    return [{ path: ["message"], text }];
  }
  const problems: PathProblem[] = [];
  const fields = fieldsOf(row);
  if (!fields.includes(field)) {
    const near = nearestKey(field, fields);
    const wanted = near === undefined ? `expected one of ${fields.join(", ")}` : `did you mean "${near}"?`;
    problems.push({ path: ["field"], text: `is "${field}", which is no field of ${row.name}, ${wanted}` });
  }
  if (instance !== undefined && row.instanceField === undefined) {
    problems.push({ path: ["instance"], text: `is ${instance}, but ${row.name} has no instances, expected none` });
  }
  return problems;
}

function fieldsOf({ signals, multiplex }: KnownMessage): readonly string[] {
  return [...signals, ...Object.values(multiplex?.variants ?? {}).flat()].map(({ name }) => name);
}
