/** The units of an installation under a real systemd, around a program that is a few lines long. */
import assert from "node:assert/strict";
import { localPlaces, machineFiles, machinePlaces, programFiles, receiveBufferBytes } from "../../lib/install/mod.ts";
import { SeededRandom } from "../kill/random.ts";
import { SystemMachine } from "./system_machine.ts";
import { prepareSystem, whyNoSystem } from "./system_tree.ts";

const { executable } = localPlaces;
const { previous, pending } = programFiles(executable);
const { dataFolder, cacheFolder, liveFolder, user } = machinePlaces;

/** Says that it is ready, as the process that systemd started: a helper would not be believed. */
const ready = `exec perl -e 'use Socket; socket(S, PF_UNIX, SOCK_DGRAM, 0) or die;
send(S, "READY=1\\nSTATUS=well", 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die; sleep'`;

/** Notes what it may, then is ready. */
const probe = `#!/bin/sh
case $1 in
  can) echo "link set $3 up"; exit ;;
  sync) exit ;;
esac
may() { if "$@" 2>/dev/null; then echo yes; else echo no; fi; }
socket() { perl -e "use Socket; socket(S, $1, $2, $3) or exit 1; $4"; }
{
  echo "user=$(id -un)"
  for folder in ${dataFolder} ${cacheFolder} "$PROBE_LIVE" /tmp /etc /usr/local/lib/coachiq /var/lib /home /root /sys/kernel; do
    [ -z "$folder" ] || echo "$folder=$(may touch $folder/.probe)"
  done
  # A raw socket of all CAN interfaces, bound.
  echo "can=$(may socket 29 3 1 'bind(S, pack("S x2 i x8", 29, 0)) or exit 1')"
  echo "packet=$(may socket 17 3 0)"
  echo "netlink=$(may socket 16 3 0)"
  echo "processes=$(ls -d /proc/1 2>/dev/null | wc -l)"
} > ${dataFolder}/probe
${ready}
`;
const crashing = "#!/bin/sh\nexit 1\n";
const working = `#!/bin/sh\n[ "$1" = serve ] || exit 0\n${ready}\n`;

function putFile(path: string, text: string, mode: string): string {
  const encoded = new TextEncoder().encode(text).toBase64();
  return `mkdir -p $(dirname ${path}) && echo ${encoded} | base64 -d > ${path} && chmod ${mode} ${path}`;
}

/** As \`install\` puts them there. */
function putUnits(profile: "ssd" | "sdcard"): string {
  const files = machineFiles({ ...localPlaces, profile, canInterfaces: ["vcan7"] });
  return [
    ...files.map(({ path, text, mode }) => putFile(path, text, mode.toString(8))),
    "systemd-sysusers /etc/sysusers.d/coachiq.conf && systemd-tmpfiles --create /etc/tmpfiles.d/coachiq.conf",
    "systemctl daemon-reload && systemctl --quiet enable coachiq.service coachiq-can@vcan7.service",
  ].join("\n");
}

/** What the probe noted. */
async function probed(machine: SystemMachine): Promise<Readonly<Record<string, string>>> {
  const lines = (await machine.run(`cat ${dataFolder}/probe`)).trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=", 2)));
}

const wait = (condition: string) => `timeout 100 sh -c 'until ${condition}; do sleep 0.3; done'`;

async function servesWithin(machine: SystemMachine): Promise<void> {
  await machine.run("set -e\nsystemctl start coachiq.service\nsystemctl is-active coachiq.service");
  assert.deepEqual(await probed(machine), {
    user,
    [dataFolder]: "yes",
    [cacheFolder]: "yes",
    "/tmp": "yes",
    "/etc": "no",
    "/usr/local/lib/coachiq": "no",
    "/var/lib": "no",
    "/home": "no",
    "/root": "no",
    "/sys/kernel": "no",
    can: "yes",
    packet: "no",
    netlink: "no",
    processes: "0",
  });
  assert.match(await machine.run("ls -ld /tmp/.probe 2>&1 || true"), /No such file/, "the folder is its own");
  const allowed = await machine.run("systemctl restart systemd-sysctl.service && cat /proc/sys/net/core/rmem_max");
  assert.equal(Number(allowed), receiveBufferBytes);
  assert.match(await machine.run("systemctl show -p StatusText coachiq.service"), /StatusText=well/);
}

async function bringsUp(machine: SystemMachine): Promise<void> {
  await machine.run("ip link add dev vcan7 type vcan");
  await machine.run(wait("ip link show vcan7 | grep -q ,UP"));
  await machine.run(
    "ip link set vcan7 down && systemctl start coachiq-can@vcan7.service && ip link show vcan7 | grep ,UP",
  );
}

async function fallsBack(machine: SystemMachine): Promise<void> {
  await machine.run([
    "set -e",
    "systemctl stop coachiq.service",
    putFile(previous, working, "755"),
    putFile(executable, crashing, "755"),
    putFile(pending, "{}", "644"),
    "sync",
  ].join("\n"));
  await machine.cutPower(new SeededRandom(1));
  await machine.boot();
  await machine.run(wait("systemctl is-active --quiet coachiq.service"));
  assert.equal(await machine.run(`cat ${executable}`), working);
  assert.match(await machine.run(`ls ${previous} ${pending} 2>&1 || true`), /No such file.*\n.*No such file/);
  assert.match(await machine.run("journalctl -b -o cat -u coachiq-fallback"), /the one before takes its place/);
}

async function staysNew(machine: SystemMachine): Promise<void> {
  await machine.run([putFile(pending, "{}", "644"), "systemctl restart coachiq.service"].join("\n"));
  assert.equal((await machine.try(`ls ${pending}`)).code === 0, false);
}

async function restartsOften(machine: SystemMachine): Promise<void> {
  await machine.run("set -e\nfor count in 1 2 3 4 5 6 7 8; do systemctl restart coachiq.service; done");
  await machine.run("systemctl is-active coachiq.service");
}

async function keepsInMemory(machine: SystemMachine): Promise<void> {
  await machine.run([
    "set -e",
    "systemctl stop coachiq.service",
    putUnits("sdcard"),
    putFile(executable, probe.replaceAll('"$PROBE_LIVE"', liveFolder), "755"),
    "systemctl start coachiq.service coachiq-sync.service",
  ].join("\n"));
  assert.equal((await probed(machine))[liveFolder], "yes");
  assert.equal(
    (await machine.run(`stat -f -c %T ${liveFolder} && stat -c '%U %a' ${liveFolder}`)).trim(),
    `tmpfs\n${user} 700`,
  );
}

const steps: readonly (readonly [name: string, run: (machine: SystemMachine) => Promise<void>])[] = [
  ["the service runs as its user, reaches the bus, and may write to data and cache alone", servesWithin],
  ["an interface is brought up when its adapter is plugged in, and when it is asked for", bringsUp],
  ["a new version that does not start after a power cut gives its place back to the one before", fallsBack],
  ["a new version that becomes ready is not taken back any more", staysNew],
  ["somebody who restarts the service many times is not taken for a failure", restartsOften],
  ["the databases of the profile sdcard are in memory, of the service's user alone", keepsInMemory],
];

const reason = await whyNoSystem("x86_64") ??
  await prepareSystem("x86_64").then(() => undefined, (error) => String(error).split("\n")[0] ?? "");
const title = "Units under systemd";
if (reason !== undefined && Deno.env.get("CI") !== "true") {
  Deno.test.ignore(`${title} (skipped, ${reason})`, () => {});
} else {
  Deno.test(title, async (context) => {
    if (reason !== undefined) throw new Error(`Cannot run a machine with systemd: ${reason}`);
    const stick = await Deno.makeTempFile({ prefix: "coachiq-stick-" });
    await Deno.truncate(stick, 1 << 20);
    const machine = await SystemMachine.make({ arch: "x86_64", releaseImage: stick });
    try {
      await machine.boot();
      await machine.run(["set -e", putFile(executable, probe, "755"), putUnits("ssd")].join("\n"));
      for (const [name, run] of steps) {
        await context.step(name, async () => {
          try {
            await run(machine);
          } catch (error) {
            const { output } = await machine.try("journalctl -b -o cat --no-pager -n 40");
            throw new Error(`The journal:\n${output}`, { cause: error });
          }
        });
      }
    } finally {
      await machine.dispose();
      await Deno.remove(stick);
    }
  });
}
