import { type InstallPlaces, programFiles, unitNames } from "./install_places.ts";
import { line, unitText } from "./unit_text.ts";

/** Between the tries of a server that does not start, s. */
const retryAfterS = 60;

/** `coachiq-fallback.service`: runs when the server failed for good. */
export function fallbackUnit({ executable }: InstallPlaces): string {
  const { folder, fallback } = programFiles(executable);
  return unitText("What happens when CoachIQ does not start, several times in a row.", [
    { name: "Unit", lines: [line("Description", "Return of CoachIQ after a failed start")] },
    {
      name: "Service",
      lines: [
        line("Type", "oneshot"),
        line("ExecStart", fallback),
        line("TimeoutStartSec", String(retryAfterS + 60)),
        line("NoNewPrivileges", "yes"),
        line("CapabilityBoundingSet", "", "It is root, whose files these are and whose orders systemd takes; no more."),
        line("RestrictAddressFamilies", "AF_UNIX"),
        line("ProtectSystem", "strict"),
        line("ReadWritePaths", `-${folder}`),
        line("ProtectHome", "yes"),
        line("PrivateTmp", "yes"),
        line("PrivateDevices", "yes"),
        line("PrivateNetwork", "yes"),
        line("ProtectKernelTunables", "yes"),
        line("ProtectKernelModules", "yes"),
        line("ProtectKernelLogs", "yes"),
        line("ProtectControlGroups", "yes"),
        line("ProtectClock", "yes"),
        line("ProtectHostname", "yes"),
        line("SystemCallFilter", "@system-service"),
        line("SystemCallArchitectures", "native"),
        line("MemoryDenyWriteExecute", "yes"),
        line("LockPersonality", "yes"),
        line("RestrictNamespaces", "yes"),
        line("RestrictRealtime", "yes"),
        line("RestrictSUIDSGID", "yes"),
        line("MemoryMax", "64M"),
        line("TasksMax", "16"),
      ],
    },
  ]);
}

/**
 * The program of that unit. It must work whatever the new version is like, so it is a shell script and not part of it.
 * Each step is one rename: a power cut leaves the new version with its mark, or the old one.
 */
export function fallbackScript({ executable }: InstallPlaces): string {
  const { previous, pending } = programFiles(executable);
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  return `#!/bin/sh
# Runs when CoachIQ did not start several times in a row. After an upgrade that was not seen to work: back to the version
# before. Else: try again later, for ever; what was missing may come.
set -eu
cd "$(dirname "$0")"
if [ -e ${name(pending)} ] && [ -e ${name(previous)} ]; then
  echo "The new version did not become ready: the one before takes its place."
  mv -f ${name(previous)} ${name(executable)}
  sync .
  rm -f ${name(pending)}
  sync .
else
  sleep "\${COACHIQ_RETRY_AFTER:-${retryAfterS}}"
fi
systemctl reset-failed ${unitNames.server} || :
exec systemctl --no-block start ${unitNames.server}
`;
}
