import { SocketCanPoller } from "../can/mod.ts";
import type { TimeSigns } from "../core/mod.ts";
import { lowestPort, machinePlaces, receiveBufferBytes } from "../install/mod.ts";
import type { CliOutput } from "./command_line.ts";
import { canFindings } from "./doctor_can.ts";
import { examineInstalled, memoryFindings } from "./doctor_installed.ts";
import { machineFindings, type MachineQuestions } from "./doctor_machine.ts";
import type { Finding } from "./finding.ts";
import type { SetupHost } from "./setup_host.ts";

/** What the look at a machine is given. */
export interface DoctorParts {
  readonly output: CliOutput;
  readonly siteFolder: URL;
  readonly host: SetupHost;
  readonly timeSigns: TimeSigns;
  readonly wallMs: number;
  /** Free bytes of the disk of a folder; undefined: it cannot be looked at. */
  readonly freeBytes: (folder: string) => number | undefined;
  readonly ask: MachineQuestions["ask"];
}

/** What this machine has, and what is missing. Starts no program. */
export async function examine(can: readonly string[] | undefined, parts: DoctorParts): Promise<readonly Finding[]> {
  const { host, siteFolder, freeBytes } = parts;
  const { findings, settings } = await examineInstalled(host);
  return [
    runtimeFinding(),
    canLibraryFinding(),
    siteFinding(siteFolder),
    ...findings,
    ...(settings === undefined ? [] : await memoryFindings(host, settings)),
    ...await canFindings((path) => host.read(path), {
      wanted: can ?? settings?.canInterfaces ?? [],
      ofService: settings?.canInterfaces,
    }),
    ...await bufferFindings(host),
    ...(settings === undefined ? [] : await keptPortFindings(host, settings)),
    ...await machineFindings({
      ...parts,
      freeBytes: freeBytes(settings === undefined ? "/" : machinePlaces.dataFolder),
      site: settings === undefined || settings.hasTls ? undefined : settings,
    }),
  ];
}

/** Prints the findings. Exit code 1 when something failed. */
export async function doctor(
  options: { readonly json: boolean; readonly can?: readonly string[] },
  parts: DoctorParts,
): Promise<number> {
  const findings = await examine(options.can, parts);
  if (options.json) parts.output.out(`${JSON.stringify({ findings }, undefined, 2)}\n`);
  else for (const finding of findings) parts.output.out(line(finding));
  return findings.some((finding) => finding.state === "failed") ? 1 : 0;
}

function line({ what, state, detail, todo }: Finding): string {
  const mark = state === "ok" ? "ok     " : state === "warning" ? "warning" : "failed ";
  return `${mark}  ${what}: ${detail}\n${todo === undefined ? "" : `         ${todo}\n`}`;
}

function runtimeFinding(): Finding {
  const { deno } = Deno.version;
  const known = deno === "2.9.5";
  return {
    what: "runtime",
    state: known ? "ok" : "warning",
    detail: `Deno ${deno} on ${Deno.build.arch} ${Deno.build.os}`,
    ...(known ? {} : { todo: "CoachIQ is tested with Deno 2.9.5." }),
  };
}

function canLibraryFinding(): Finding {
  if (Deno.build.os !== "linux") {
    return {
      what: "SocketCAN",
      state: "warning",
      detail: `not on ${Deno.build.os}`,
      todo: "Use --can sim or --can replay:FILE, or run on Linux.",
    };
  }
  const poller = new SocketCanPoller();
  try {
    poller.acquire();
    void poller.release();
    return { what: "SocketCAN", state: "ok", detail: "the C library is there" };
  } catch (error) {
    return {
      what: "SocketCAN",
      state: "failed",
      detail: error instanceof Error ? error.message : String(error),
      todo: "A glibc system is needed: Debian, Raspberry Pi OS, Ubuntu or NixOS.",
    };
  }
}

async function bufferFindings(host: SetupHost): Promise<readonly Finding[]> {
  const limit = Number(await host.read("/proc/sys/net/core/rmem_max") ?? NaN);
  if (Number.isNaN(limit) || limit >= receiveBufferBytes) return [];
  return [{
    what: "receive buffer",
    state: "warning",
    detail: `the kernel allows ${limit} bytes, about ${
      Math.round(limit / receiveBufferBytes * 500)
    } ms of two saturated buses`,
    todo: `"sudo sysctl net.core.rmem_max=${receiveBufferBytes}"; an installation has it in sysctl.d/60-coachiq.conf.`,
  }];
}

/** Ports that the kernel keeps for root, which the service is not. */
async function keptPortFindings(host: SetupHost, { port }: { readonly port: number }): Promise<readonly Finding[]> {
  const first = Number(await host.read("/proc/sys/net/ipv4/ip_unprivileged_port_start") ?? NaN);
  if (Number.isNaN(first) || port >= first) return [];
  return [{
    what: "port of the site",
    state: "failed",
    detail: `the kernel keeps ports below ${first} for root, and server.port is ${port}`,
    todo: port < lowestPort
      ? `Set server.port to ${lowestPort} or higher.`
      : `"sudo sysctl net.ipv4.ip_unprivileged_port_start=${lowestPort}"; an installation has it in sysctl.d/60-coachiq.conf.`,
  }];
}

function siteFinding(folder: URL): Finding {
  try {
    Deno.statSync(new URL("manifest.json", folder));
    return { what: "site", state: "ok", detail: "built" };
  } catch {
    return { what: "site", state: "failed", detail: "not built", todo: 'Run "deno task build".' };
  }
}
