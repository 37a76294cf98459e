import { replaceFile } from "../base/durable_file.ts";
import { type MappingCall, MappingError, StorageInUse, StoreError } from "../core/mod.ts";
import { messageOf } from "../store/mod.ts";
import { JobRefused } from "../update/mod.ts";
import type { CoachModelView, MappingBatchView, MappingStatusView, MergePreviewView } from "../wire/mod.ts";
import { callMapping, type CoachParts } from "./coach_call.ts";
import { historyLines, modelLines, previewLines, refuse, type Report, report, statusLines } from "./coach_report.ts";
import type { CoachRequest, CoachRequestOf } from "./coach_request.ts";
import { CliError } from "./cli_error.ts";
import { actor } from "./db_job.ts";
import { exists, findPlace } from "./db_place.ts";

/** Makes one call of the mapping and answers with what it found. */
type Call = (call: MappingCall) => Promise<unknown>;

interface Work {
  readonly call: Call;
  readonly to: Report;
  readonly parts: CoachParts;
}

/** Longest file that is read: a model has at most 2 MB. */
const maxFileBytes = 4_000_000;

/** Does what `coachiq coach …` was asked for. Exit code 0: done; 1: refused or failed, with the reasons. */
export async function runCoachCommand(request: CoachRequest, parts: CoachParts): Promise<number> {
  const to = { json: request.json, output: parts.output };
  try {
    const place = await findPlace(request.dataDir, parts);
    return await perform(request, { call: (call) => callMapping(place, call, parts), to, parts });
  } catch (error) {
    if (error instanceof MappingError) return refuse(error, to);
    if (error instanceof JobRefused) return refuse({ message: error.message, errors: error.reasons }, to);
    if (error instanceof StoreError) return refuse({ message: `${error.message}. ${error.todo}`, errors: [] }, to);
    if (error instanceof CliError || error instanceof StorageInUse) {
      return refuse({ message: error.message, errors: [] }, to);
    }
    throw error;
  }
}

async function perform(request: CoachRequest, work: Work): Promise<number> {
  const { call, to } = work;
  switch (request.command) {
    case "models": {
      const models = await call({ call: "models" }) as readonly CoachModelView[];
      return report({ models }, modelLines(models), to);
    }
    case "status": {
      const status = await call({ call: "status" }) as MappingStatusView;
      return report(status, statusLines(status), to);
    }
    case "preview": {
      const preview = await previewOf(call, request.model);
      return report(preview, previewLines(preview), to);
    }
    case "history": {
      const batches = await call({ call: "history", limit: request.limit }) as readonly MappingBatchView[];
      return report({ batches }, historyLines(batches), to);
    }
    case "export":
      return await exportMapping(request, work);
    case "import":
      return await importModel(request, work);
    case "upload": {
      const model = await upload(request.file, call);
      return report(model, [`It is kept as "${model.id}": coachiq coach import --model ${model.id} --yes`], to);
    }
    case "patch":
      return await patch(request, work);
    case "undo": {
      const done = await call({ call: "undo", batchId: request.batchId, ...by(request) });
      return report(done, [`Change ${request.batchId} is taken back, as change ${numberOf(done)}.`], to);
    }
    case "reset":
      return await reset(request, work);
    default:
      return request satisfies never;
  }
}

async function previewOf(call: Call, modelId: string | undefined): Promise<MergePreviewView> {
  return await call({ call: "preview", ...(modelId === undefined ? {} : { modelId }) }) as MergePreviewView;
}

async function importModel(request: CoachRequestOf<"import">, { call, to }: Work): Promise<number> {
  const { model, theirs, yes } = request;
  const named = model !== undefined && /\.ya?ml$/.test(model) ? (await upload(model, call)).id : model;
  const preview = await previewOf(call, named);
  const { modelId, token } = preview;
  if (!yes) {
    const consent = `coachiq coach import --model ${modelId} --yes`;
    return refuse(
      { message: "This changes the mapping and needs your consent.", errors: [] },
      to,
      { value: { preview, consent }, lines: [...previewLines(preview), `To consent: ${consent}`] },
    );
  }
  const choices = Object.fromEntries(theirs.map((path) => [path, "theirs" as const]));
  const done = await call({ call: "import", modelId, token, choices, ...by(request) });
  const { toVersion, counts: { conflict } } = preview;
  const kept = conflict - theirs.length;
  const words = kept > 0 ? ` In ${kept} conflict(s) yours stays.` : "";
  return report(done, [`The coach runs with "${modelId}", version ${toVersion}.${words}`], to);
}

async function upload(file: string, call: Call): Promise<CoachModelView> {
  return await call({ call: "upload", yaml: await readText(file), ...by({}) }) as CoachModelView;
}

async function exportMapping(request: CoachRequestOf<"export">, { call, to }: Work): Promise<number> {
  const { format, output: file } = request;
  if (file !== undefined && await exists(file)) {
    throw new CliError(`Cannot write "${file}": there is such a file already`);
  }
  const text = String(await call({ call: "export", format }));
  if (file === undefined) {
    // What is printed is the file itself, whatever form of report was asked for.
    to.output.out(text);
    return 0;
  }
  await replaceFile(text, { path: file });
  return report({ file, bytes: text.length }, [`Written to "${file}".`], to);
}

async function patch(request: CoachRequestOf<"patch">, { call, to, parts }: Work): Promise<number> {
  const text = request.file === "-" ? await parts.readInput() : await readText(request.file);
  let operations: unknown;
  try {
    operations = JSON.parse(text);
  } catch (cause) {
    throw new CliError(`Cannot read the patch "${request.file}": ${messageOf(cause)}`, { cause });
  }
  // What it has to be is checked by who applies it.
  const done = await call({ call: "patch", operations: operations as [], ...by(request) });
  return report(done, [`It is change ${numberOf(done)}: coachiq coach undo ${numberOf(done)} takes it back.`], to);
}

async function reset(request: CoachRequestOf<"reset">, { call, to }: Work): Promise<number> {
  const { entityId, yes } = request;
  const what = entityId === undefined ? "everything" : `"${entityId}"`;
  if (!yes) {
    const consent = `coachiq coach reset ${entityId === undefined ? "" : `${entityId} `}--yes`;
    const would = `What would happen: a backup, then ${what} is what the factory says. Your edits of it go.`;
    return refuse(
      { message: "This changes the mapping and needs your consent.", errors: [] },
      to,
      { value: { would: [would], consent }, lines: [would, `To consent: ${consent}`] },
    );
  }
  const done = await call({ call: "reset", ...(entityId === undefined ? {} : { entityId }), ...by(request) });
  return report(done, [`What the factory says of ${what} is valid again (change ${numberOf(done)}).`], to);
}

function by({ reason }: { readonly reason?: string }): { readonly actor: string; readonly reason?: string } {
  return { actor, ...(reason === undefined ? {} : { reason }) };
}

function numberOf(done: unknown): number {
  return (done as { readonly batchId: number }).batchId;
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await Deno.stat(file);
    if (size > maxFileBytes) throw new Error(`it has ${size} bytes, expected at most ${maxFileBytes}`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(file));
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(cause);
    throw new CliError(`Cannot read "${file}": ${reason}`, { cause });
  }
}
