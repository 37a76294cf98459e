import { canUnitName, defaultBitrate, machinePlaces } from "../install/mod.ts";
import { canInterfaceNames } from "./can_interface_names.ts";
import { doubtful, type Finding, good, wrong } from "./finding.ts";

type Read = (path: string) => Promise<string | undefined>;

/** What is looked at. */
interface CanQuestions {
  /** Interfaces that are looked at; none: all that are there. */
  readonly wanted: readonly string[];
  /** Interfaces that the service brings up and listens to; undefined: nothing is installed. */
  readonly ofService: readonly string[] | undefined;
}

/** The CAN interfaces of this machine. */
export async function canFindings(
  read: Read,
  { wanted, ofService }: CanQuestions,
): Promise<readonly Finding[]> {
  const present = await canInterfaceNames(read);
  if (present === undefined) return [];
  const names = wanted.length > 0 ? wanted : present;
  if (names.length === 0) return [doubtful("CAN interfaces", "there is none", await howToGetOne(read))];
  return await Promise.all(
    names.map((name) => interfaceFinding(name, { read, isPresent: present.includes(name), ofService })),
  );
}

async function interfaceFinding(
  name: string,
  { read, isPresent, ofService }: Pick<CanQuestions, "ofService"> & {
    readonly read: Read;
    readonly isPresent: boolean;
  },
): Promise<Finding> {
  const what = `interface ${name}`;
  if (!isPresent) return wrong(what, "there is no such CAN interface", await howToGetOne(read));
  const fact = async (file: string) => (await read(`/sys/class/net/${name}/${file}`))?.trim();
  // IFF_UP is bit 0 of the flags (include/uapi/linux/if.h).
  if ((Number(await fact("flags") ?? "0") & 1) === 0) return downFinding(name, ofService);
  const frames = Number(await fact("statistics/rx_packets") ?? "0");
  const errors = Number(await fact("statistics/rx_errors") ?? "0");
  const detail = `up, ${await fact("operstate") ?? "state unknown"}, ${frames} frames heard, ${errors} errors`;
  const isHardware = await fact("device/uevent") !== undefined;
  if (!isHardware || frames > 0) return good(what, detail);
  return doubtful(
    what,
    detail,
    `Check that the coach is on, CAN-H and CAN-L, and the bit rate: "ip -details link show ${name}" against ` +
      "can.bitrates of the configuration.",
  );
}

/** The service has the bit rate of its settings; by hand it must be known. */
function downFinding(name: string, ofService: CanQuestions["ofService"]): Finding {
  const what = `interface ${name}`;
  if (ofService === undefined) {
    const step = `sudo ip link set ${name} up type can bitrate ${defaultBitrate} restart-ms 100`;
    return wrong(what, "it is down", `"${step}", with the bit rate of its bus.`);
  }
  if (ofService.includes(name)) return wrong(what, "it is down", `sudo systemctl start '${canUnitName(name)}'`);
  const todo =
    `To listen there: name it in can.interfaces and its bit rate in can.bitrates of ${machinePlaces.settings}.`;
  return doubtful(what, "it is down, and the settings do not name it", todo);
}

async function howToGetOne(read: Read): Promise<string> {
  const model = await read("/proc/device-tree/model") ?? "";
  if (model.includes("Raspberry Pi")) {
    return "Check the adapter. A CAN HAT needs lines in /boot/firmware/config.txt, then a restart: " +
      '"dtparam=spi=on" and, with the values of the HAT\'s maker, "dtoverlay=mcp2515-can0,oscillator=12000000,interrupt=25".';
  }
  return "Check the adapter and its driver. For trials: " +
    '"sudo modprobe vcan && sudo ip link add vcan0 type vcan && sudo ip link set vcan0 up".';
}
