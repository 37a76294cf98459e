import type { VmArch } from "./packages.ts";

/** Machine, processor, memory and kernel command line: plain emulation of two cores, nothing else connected. */
export function qemuMachineArgs(
  arch: VmArch,
  { memoryMiB, append = "" }: { readonly memoryMiB: number; readonly append?: string },
): readonly string[] {
  const machine = arch === "x86_64" ? ["-M", "q35", "-cpu", "max"] : ["-M", "virt", "-cpu", "max,pauth-impdef=on"];
  const tty = arch === "x86_64" ? "ttyS0" : "ttyAMA0";
  return [
    ...machine,
    ...["-accel", "tcg,thread=multi", "-smp", "2", "-m", `${memoryMiB}M`],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-append", `console=${tty} panic=-1 quiet loglevel=3 mitigations=off tsc=reliable ${append}`.trimEnd()],
  ];
}
