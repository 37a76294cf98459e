/** One file of the test machine beside what Debian puts there. */
export interface SystemFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

/** Name of the port through which the host gives commands. */
export const shellPort = "coachiq.shell";
/** Where the files to install lie inside; a disk of its own, read-only, as on an installer's USB stick. */
export const releaseFolder = "/media/release";

/**
 * Reads commands of the host, one per line as `<number> <base64 of a shell script>`, and answers each with
 * `end <number> <exit code> <base64 of what it printed>`. The first line of a boot is `ready <boot id>`.
 */
const shell = `#!/bin/sh
port=/dev/virtio-ports/${shellPort}
until [ -e $port ]; do sleep 0.1; done
exec 3<>$port
mkdir -p /run/host
echo "ready $(cat /proc/sys/kernel/random/boot_id)" >&3
while read -r number script <&3; do
  echo "$script" | base64 -d > /run/host/script
  sh /run/host/script > /run/host/output 2>&1 < /dev/null 3>&-
  echo "end $number $? $(base64 -w 0 < /run/host/output)" >&3
done
`;

const unit = (name: string, text: string): SystemFile => ({ path: `/etc/systemd/system/${name}`, text });

/** What makes a Debian tree a coach on a bench: a bus, a simulated coach, a network, and a shell for the host. */
export const systemFiles: readonly SystemFile[] = [
  { path: "/etc/hostname", text: "coach\n" },
  { path: "/etc/hosts", text: "127.0.0.1 localhost\n127.0.1.1 coach\n" },
  { path: "/etc/fstab", text: `/dev/vdb ${releaseFolder} ext4 ro,noauto 0 0\n` },
  { path: "/etc/machine-id", text: "c0ac41900000400080000000c0ac4190\n" },
  { path: "/usr/local/sbin/host-shell", text: shell, mode: 0o755 },
  unit("host-shell.service", "[Service]\nExecStart=/usr/local/sbin/host-shell\nKillMode=process\n"),
  unit(
    "bench-bus.service",
    `[Unit]
Description=The bus of a coach on a bench
DefaultDependencies=no
After=systemd-modules-load.service
Before=network-pre.target network.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=modprobe vcan
ExecStart=ip link add dev vcan0 type vcan
ExecStart=ip link set vcan0 up
`,
  ),
  unit(
    "bench-network.service",
    `[Unit]
Description=The network of a bench
DefaultDependencies=no
After=systemd-udev-trigger.service
Before=network.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=modprobe virtio_net
ExecStart=sh -c 'until [ -e /sys/class/net/eth0 ]; do sleep 0.1; done'
ExecStart=ip address add 10.0.2.15/24 dev eth0
ExecStart=ip link set eth0 up
`,
  ),
  unit(
    "bench-coach.service",
    `[Unit]
Description=A simulated coach on the bus of the bench
Requires=bench-bus.service
After=bench-bus.service
[Service]
Environment=HOME=/root
ExecStart=/opt/bench/coachiq simulate --can vcan0 --model simulated_coach
Restart=always
`,
  ),
  unit(
    "bench-candump.service",
    `[Unit]
Description=Writes down what is on the bus of the bench
Requires=bench-bus.service
After=bench-bus.service
[Service]
ExecStart=sh -c 'exec candump -D -L vcan0 > /run/bus.log'
`,
  ),
];

/** Links as `systemctl enable` makes them. */
export const enabledUnits: readonly { readonly unit: string; readonly wantedBy: string }[] = [
  { unit: "/etc/systemd/system/host-shell.service", wantedBy: "multi-user.target" },
  { unit: "/etc/systemd/system/bench-bus.service", wantedBy: "sysinit.target" },
  { unit: "/etc/systemd/system/bench-network.service", wantedBy: "sysinit.target" },
];

/** What nobody looks at here and costs time in an emulated machine, or would write to the card at an hour of its own. */
export const maskedUnits: readonly string[] = [
  "getty.target",
  "systemd-logind.service",
  "systemd-user-sessions.service",
  "systemd-update-utmp.service",
  "modprobe@.service",
  "sys-kernel-debug.mount",
  "sys-kernel-tracing.mount",
  "dev-hugepages.mount",
  "dev-mqueue.mount",
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "fstrim.timer",
];
