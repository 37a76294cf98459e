import { z } from "zod";
import type { MappingJson } from "../wire/mod.ts";
import type { AuditNote } from "./audit.ts";
import type { CoachMapping } from "./coach_mapping.ts";
import { MappingError, type MappingErrorKind } from "./mapping_error.ts";

const author = { actor: z.string().max(200), reason: z.string().max(500).optional() };
const pathOps = z.enum(["add", "remove", "replace", "move", "copy", "test"]);

const callSchema = z.discriminatedUnion("call", [
  z.object({ call: z.literal("models") }),
  z.object({ call: z.literal("status") }),
  z.object({ call: z.literal("preview"), modelId: z.string().optional() }),
  z.object({ call: z.literal("history"), limit: z.number() }),
  z.object({ call: z.literal("export"), format: z.enum(["yaml", "patch"]) }),
  z.object({
    call: z.literal("import"),
    modelId: z.string(),
    token: z.string().optional(),
    choices: z.record(z.string(), z.enum(["mine", "theirs"])).optional(),
    ...author,
  }),
  z.object({ call: z.literal("upload"), yaml: z.string(), ...author }),
  z.object({
    call: z.literal("patch"),
    operations: z.array(
      z.object({ op: pathOps, path: z.string(), from: z.string().optional(), value: z.json().optional() }),
    ),
    ...author,
  }),
  z.object({ call: z.literal("undo"), batchId: z.number().int(), ...author }),
  z.object({ call: z.literal("reset"), entityId: z.string().optional(), ...author }),
]);

/** One thing to be told of the mapping or to be done with it, as JSON carries it from one process to another. */
export type MappingCall = Readonly<z.infer<typeof callSchema>>;

/** What became of a call. */
export type MappingAnswer =
  | { readonly state: "done"; readonly result: unknown }
  | {
    readonly state: "refused";
    readonly kind: MappingErrorKind;
    readonly message: string;
    readonly errors: readonly string[];
  };

/** Does what a call asks for. Never throws what the mapping refuses: that is an answer, too. */
export async function answerMappingCall(
  mapping: CoachMapping,
  call: unknown,
  /** Told of what changes something, and of what was refused. */
  options: { readonly note?: (note: AuditNote) => void } = {},
): Promise<MappingAnswer> {
  const parsed = callSchema.safeParse(call);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return { state: "refused", kind: "invalid", message: "Cannot understand what is asked of the mapping", errors };
  }
  const answer = await performed(mapping, parsed.data);
  const what = whatOf(parsed.data);
  if (what !== undefined && "actor" in parsed.data) {
    const { actor } = parsed.data;
    const [outcome, reasons] = answer.state === "done"
      ? ["done", []] as const
      : ["refused", [answer.message, ...answer.errors]] as const;
    options.note?.({ actor, address: "", action: "edit", what, outcome, reasons });
  }
  return answer;
}

async function performed(mapping: CoachMapping, call: MappingCall): Promise<MappingAnswer> {
  try {
    return { state: "done", result: await perform(mapping, call) };
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    const { kind, message, errors } = error;
    return { state: "refused", kind, message, errors };
  }
}

/** For the record of changes; undefined: it only looks. */
function whatOf(call: MappingCall): string | undefined {
  switch (call.call) {
    case "import":
      return `Coach model ${call.modelId}: take over`;
    case "upload":
      return "Coach model from a file: add";
    case "patch":
      return call.operations.length === 1
        ? `Mapping ${call.operations[0]?.path ?? ""}: change`
        : "Mapping: change several things at once";
    case "undo":
      return `Change ${call.batchId} of the mapping: take back`;
    case "reset":
      return `${call.entityId ?? "The whole coach"}: back to what the factory says`;
    case "models":
    case "status":
    case "preview":
    case "history":
    case "export":
      return undefined;
    default:
      return call satisfies never;
  }
}

function perform(mapping: CoachMapping, call: MappingCall): unknown {
  switch (call.call) {
    case "models":
      return mapping.models();
    case "status":
      return mapping.status();
    case "preview":
      return mapping.preview(call.modelId);
    case "history":
      return mapping.history(call.limit);
    case "export":
      return mapping.export(call.format);
    case "import":
      return mapping.importModel({
        modelId: call.modelId,
        ...(call.token === undefined ? {} : { token: call.token }),
        ...(call.choices === undefined ? {} : { choices: call.choices }),
      }, authorOf(call));
    case "upload":
      return mapping.upload(call.yaml);
    case "patch":
      return mapping.patch(
        call.operations.map(({ op, path, from, value }) => ({
          op,
          path,
          ...(from === undefined ? {} : { from }),
          ...(value === undefined ? {} : { value: value as MappingJson }),
        })),
        authorOf(call),
      );
    case "undo":
      return mapping.undo(call.batchId, authorOf(call));
    case "reset":
      return mapping.reset(call.entityId, authorOf(call));
    default:
      return call satisfies never;
  }
}

function authorOf(call: { readonly actor: string; readonly reason?: string | undefined }) {
  const { actor, reason } = call;
  return { actor, ...(reason === undefined ? {} : { reason }) };
}
