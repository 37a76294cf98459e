import { localPlaces, programFiles, unitNames } from "../install/mod.ts";
import { CliError } from "./cli_error.ts";
import { checkBack } from "./schema_check.ts";
import { indented, logHint, mustBeOursToSetUp, settleMs, type SetupParts, versionOf } from "./setup_parts.ts";
import type { UpgradeRequest } from "./setup_request.ts";
import { Systemd } from "./systemd.ts";
import { type StartOutcome, waitUntilReady } from "./wait_until_ready.ts";

const { executable } = localPlaces;
const { previous, pending, next: staged } = programFiles(executable);
const { server: unit } = unitNames;

/**
 * Puts another version in the place of the installed one. The installed one is kept, and comes back by itself when the
 * other does not become ready: at once, or after a power cut by `coachiq-fallback.service`. Exit code 1: it came back.
 *
 * @throws {CliError} when nothing was changed, with the reason.
 */
export async function runUpgrade(request: UpgradeRequest, parts: SetupParts): Promise<number> {
  const { host, output } = parts;
  await mustBeOursToSetUp(parts, {
    command: "upgrade",
    self: request.self,
    forPackage: "apt install ./coachiq_….deb",
  });
  if (await host.kindOf(executable) === undefined) {
    throw new CliError(`Cannot upgrade: CoachIQ is not installed here; run: sudo ${request.self ?? "FILE"} install`);
  }
  const from = await versionOf(executable, host);
  const fromName = "version" in from ? from.version : "the one before";
  const to = request.back ? await stageBack(request, parts) : await stageFile(request.file, parts);
  if (await host.haveSameBytes(staged, executable)) {
    await host.remove(staged);
    output.out(`CoachIQ ${to} is installed already, in this very file.\n`);
    return 0;
  }
  await putInPlace({ from: fromName, to }, parts);
  output.out(`CoachIQ ${to} is in the place of ${fromName}, which is kept.\n`);
  const systemd = new Systemd(host);
  if (!await systemd.isRunning()) {
    output.out("systemd does not run here: it counts from the next start, which goes back if it fails.\n");
    return 0;
  }
  const outcome = await restart(systemd, { ...parts, limitMs: request.limitS * 1000 });
  if (outcome.kind === "failed") return await goBack(outcome.reason, { systemd, parts, fromName, to });
  // What became ready is the version before when the fallback was quicker than our look at the failure.
  if (await host.kindOf(previous) === undefined) return await goBack("it ended", { systemd, parts, fromName, to });
  output.out(`CoachIQ ${to} runs. To return to ${fromName}: sudo coachiq upgrade --back\n`);
  await refreshFiles(parts);
  return 0;
}

/** Copies the file beside the installed one and has it say what it is: a damaged one does not. */
async function stageFile(file: string, { host }: SetupParts): Promise<string> {
  const refuse = (reason: string, cause?: unknown) =>
    new CliError(`Cannot upgrade to "${file}": ${reason}; nothing was changed`, { cause });
  try {
    await host.copyProgram(file, staged);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw refuse("there is no such file", cause);
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const found = await versionOf(staged, host, { wholeFile: true });
  if ("version" in found) return found.version;
  await host.remove(staged);
  throw refuse(`it does not run on this machine: ${found.reason}`);
}

async function stageBack({ force }: { readonly force: boolean }, parts: SetupParts): Promise<string> {
  const { host } = parts;
  if (await host.kindOf(previous) === undefined) {
    throw new CliError("Cannot go back: no version before this one is kept");
  }
  const found = await versionOf(previous, host);
  if (!("version" in found)) {
    throw new CliError(`Cannot go back: the version before does not run: ${found.reason}`);
  }
  if (!force) await checkBack(previous, { parts, version: found.version });
  await host.alias(previous, staged);
  return found.version;
}

/**
 * Each step is one rename. Until the last one the installed version is in its place; from then on the mark says that
 * nobody has seen the other one work.
 */
async function putInPlace(names: { readonly from: string; readonly to: string }, { host }: SetupParts): Promise<void> {
  // After an upgrade that was cut short nobody knows whether the installed one works: the one kept stays kept.
  if (await host.kindOf(pending) === undefined || await host.kindOf(previous) === undefined) {
    await host.alias(executable, previous);
  }
  await host.write(pending, `${JSON.stringify(names)}\n`, { mode: 0o644 });
  await host.move(staged, executable);
}

async function restart(
  systemd: Systemd,
  { output, host, clock, pause, limitMs }: SetupParts & { readonly limitMs: number },
): Promise<StartOutcome> {
  output.out("Waiting until it is ready; the first start takes a moment.\n");
  const { invocation: before } = await systemd.state(unit);
  await host.run("systemctl", ["reset-failed", unit]);
  await systemd.order("restart", "--no-block", unit);
  return await waitUntilReady(systemd, { unit, clock, pause, limitMs, settleMs, before });
}

/** The version before takes its place again, unless the fallback was quicker. */
async function goBack(reason: string, { systemd, parts, fromName, to }: {
  readonly systemd: Systemd;
  readonly parts: SetupParts;
  readonly fromName: string;
  readonly to: string;
}): Promise<number> {
  const { host, output } = parts;
  const lines = await systemd.lastLines(unit, { count: 15 });
  output.err(`CoachIQ ${to} does not become ready: ${reason}. Its log ends with:\n${indented(lines)}`);
  await host.run("systemctl", ["stop", unitNames.fallback, unit]);
  if (await host.kindOf(previous) !== undefined) await host.move(previous, executable);
  await host.remove(pending);
  const outcome = await restart(systemd, { ...parts, limitMs: 330_000 });
  if (outcome.kind === "ready") output.err(`CoachIQ ${fromName} is back in its place and runs.\n`);
  else {output.err(
      `CoachIQ ${fromName} is back in its place, and is not ready either: ${outcome.reason}; see ${logHint}\n`,
    );}
  return 1;
}

/** The new version knows best which units and folders it wants. */
async function refreshFiles({ host, output }: SetupParts): Promise<void> {
  const { code, err } = await host.run(executable, ["install", "--no-start"]);
  if (code !== 0) {
    output.err(`Its units could not be brought up to date: ${err.trim()}\nRun: sudo coachiq install\n`);
  }
}
