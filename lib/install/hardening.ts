import { line, type UnitLine } from "./unit_text.ts";

/** What a service of this program may. */
export interface Allowance {
  /** Capabilities it keeps; none is the rule. */
  readonly capabilities?: readonly string[];
  readonly addressFamilies: readonly string[];
  /** Most memory, MiB. */
  readonly memoryMiB: number;
}

/** The restrictions that every service of this program runs under; each loosened one says why. */
export function hardening({ capabilities = [], addressFamilies, memoryMiB }: Allowance): readonly UnitLine[] {
  const held = capabilities.join(" ");
  return [
    line("NoNewPrivileges", "yes"),
    line("CapabilityBoundingSet", held),
    line("AmbientCapabilities", held),
    line("RestrictAddressFamilies", addressFamilies.join(" ")),
    line("ProtectSystem", "strict"),
    line("ProtectHome", "yes"),
    line("PrivateTmp", "yes"),
    line("PrivateDevices", "yes"),
    line("ProtectKernelTunables", "yes"),
    line("ProtectKernelModules", "yes"),
    line("ProtectKernelLogs", "yes"),
    line("ProtectControlGroups", "yes"),
    line("ProtectClock", "yes"),
    line("ProtectHostname", "yes"),
    line("ProtectProc", "invisible"),
    line("ProcSubset", "all", "Load, interfaces and the limit of the receive buffer are read in /proc."),
    line("SystemCallFilter", "@system-service"),
    line("SystemCallFilter", "~@privileged @resources"),
    line("SystemCallErrorNumber", "EPERM"),
    line("SystemCallArchitectures", "native"),
    line(
      "MemoryDenyWriteExecute",
      "no",
      "V8, the runtime's engine, writes machine code and runs it: with `yes` the program would not start.",
    ),
    line("LockPersonality", "yes"),
    line("RestrictNamespaces", "yes"),
    line("RestrictRealtime", "yes"),
    line("RestrictSUIDSGID", "yes"),
    line("RemoveIPC", "yes"),
    line("KeyringMode", "private"),
    line("UMask", "0077"),
    line("LimitCORE", "0", "A core dump would hold secrets."),
    line("LimitNOFILE", "4096"),
    line("TasksMax", "256"),
    line("MemoryMax", `${memoryMiB}M`),
  ];
}
