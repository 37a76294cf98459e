import type { VmArch } from "./packages.ts";

/** What is chosen of a machine. */
export interface QemuMachineOptions {
  readonly memoryMiB: number;
  /** Default 2. */
  readonly cores?: number;
  /** Further words of the kernel's command line. */
  readonly append?: string;
  /**
   * One core whose clock is its instructions, one in each ns, however slow or busy the host is: for what is measured
   * inside. A Raspberry Pi 4 has four cores that each do more.
   */
  readonly countsInstructions?: boolean;
}

/** Machine, processor, memory and kernel command line: plain emulation, nothing else connected. */
export function qemuMachineArgs(
  arch: VmArch,
  { memoryMiB, cores = 2, append = "", countsInstructions = false }: QemuMachineOptions,
): readonly string[] {
  // arm64: the processor of a Raspberry Pi 4, so that nothing runs here that it could not run.
  const machine = arch === "x86_64" ? ["-M", "q35", "-cpu", "max"] : ["-M", "virt", "-cpu", "cortex-a72"];
  const tty = arch === "x86_64" ? "ttyS0" : "ttyAMA0";
  return [
    ...machine,
    ...(countsInstructions
      ? ["-accel", "tcg,thread=single", "-smp", "1", "-icount", "shift=0,sleep=off"]
      : ["-accel", "tcg,thread=multi", "-smp", String(cores)]),
    ...["-m", `${memoryMiB}M`],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-append", `console=${tty} panic=-1 quiet loglevel=3 mitigations=off tsc=reliable ${append}`.trimEnd()],
  ];
}
