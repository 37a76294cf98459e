import { readKernelFile, SocketCanPoller } from "../can/mod.ts";
import type { CliOutput } from "./command_line.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "warning" | "failed";
  readonly detail: string;
  /** What to do; absent when all is well. */
  readonly todo?: string;
}

/** What this machine has, and what is missing. */
export function examine(options: { readonly can: readonly string[]; readonly siteFolder: URL }): readonly Finding[] {
  return [
    runtimeFinding(),
    canLibraryFinding(),
    ...interfaceFindings(options.can),
    ...bufferFindings(),
    siteFinding(options.siteFolder),
  ];
}

/** Prints the findings. Exit code 1 when something failed. */
export function doctor(
  options: { readonly json: boolean; readonly can?: readonly string[] },
  parts: { readonly output: CliOutput; readonly siteFolder: URL },
): number {
  const findings = examine({ can: options.can ?? [], siteFolder: parts.siteFolder });
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

function interfaceFindings(wanted: readonly string[]): Finding[] {
  const present = canInterfaces();
  if (present === undefined) return [];
  const names = wanted.length > 0 ? wanted : present;
  if (names.length === 0) {
    return [{
      what: "CAN interfaces",
      state: "warning",
      detail: "there is none",
      todo: 'For trials: "sudo modprobe vcan && sudo ip link add vcan0 type vcan && sudo ip link set vcan0 up".',
    }];
  }
  return names.map((name) => interfaceFinding(name, present.includes(name)));
}

function interfaceFinding(name: string, isPresent: boolean): Finding {
  const what = `interface ${name}`;
  if (!isPresent) {
    return {
      what,
      state: "failed",
      detail: "there is no such CAN interface",
      todo: "Check the adapter and its driver.",
    };
  }
  // IFF_UP is bit 0 of the flags (include/uapi/linux/if.h).
  const flags = Number(readSys(`/sys/class/net/${name}/flags`) ?? "0");
  if ((flags & 1) === 0) {
    return {
      what,
      state: "failed",
      detail: "it is down",
      todo: `"sudo ip link set ${name} up type can bitrate 250000"`,
    };
  }
  return { what, state: "ok", detail: `up, ${readSys(`/sys/class/net/${name}/operstate`) ?? "state unknown"}` };
}

/** Bytes that keep about half a second of two saturated buses; without CAP_NET_ADMIN the kernel's limit holds. */
const wantedBuffer = 4 << 20;

function bufferFindings(): Finding[] {
  const limit = Number(readSys("/proc/sys/net/core/rmem_max") ?? NaN);
  if (Number.isNaN(limit) || limit >= wantedBuffer) return [];
  return [{
    what: "receive buffer",
    state: "warning",
    detail: `the kernel allows ${limit} bytes, about ${
      Math.round(limit / wantedBuffer * 500)
    } ms of two saturated buses`,
    todo: `"sudo sysctl net.core.rmem_max=${wantedBuffer}", or give the service CAP_NET_ADMIN.`,
  }];
}

/** Names of the CAN interfaces; undefined where the system does not tell. ARPHRD_CAN is 280 (linux/if_arp.h). */
function canInterfaces(): readonly string[] | undefined {
  // Two lines of headings, then `  name: numbers` (proc_net(5)).
  const rows = readSys("/proc/net/dev")?.split("\n").slice(2);
  return rows?.map((row) => row.split(":")[0]?.trim() ?? "").filter((name) =>
    readSys(`/sys/class/net/${name}/type`) === "280"
  );
}

function readSys(path: string): string | undefined {
  return readKernelFile(path)?.trim();
}

function siteFinding(folder: URL): Finding {
  try {
    Deno.statSync(new URL("manifest.json", folder));
    return { what: "site", state: "ok", detail: "built" };
  } catch {
    return { what: "site", state: "failed", detail: "not built", todo: 'Run "deno task build".' };
  }
}
