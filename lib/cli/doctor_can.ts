import { defaultBitrate } from "../install/mod.ts";
import { canInterfaceNames } from "./can_interface_names.ts";
import { doubtful, type Finding, good, wrong } from "./finding.ts";

type Read = (path: string) => Promise<string | undefined>;

/** The CAN interfaces that are wanted, or all that are there. */
export async function canFindings(read: Read, wanted: readonly string[]): Promise<readonly Finding[]> {
  const present = await canInterfaceNames(read);
  if (present === undefined) return [];
  const names = wanted.length > 0 ? wanted : present;
  if (names.length === 0) return [doubtful("CAN interfaces", "there is none", await howToGetOne(read))];
  return await Promise.all(names.map((name) => interfaceFinding(name, { read, isPresent: present.includes(name) })));
}

async function interfaceFinding(
  name: string,
  { read, isPresent }: { readonly read: Read; readonly isPresent: boolean },
): Promise<Finding> {
  const what = `interface ${name}`;
  if (!isPresent) return wrong(what, "there is no such CAN interface", await howToGetOne(read));
  const fact = async (file: string) => (await read(`/sys/class/net/${name}/${file}`))?.trim();
  // IFF_UP is bit 0 of the flags (include/uapi/linux/if.h).
  if ((Number(await fact("flags") ?? "0") & 1) === 0) {
    return wrong(what, "it is down", `"sudo ip link set ${name} up type can bitrate ${defaultBitrate} restart-ms 100"`);
  }
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

async function howToGetOne(read: Read): Promise<string> {
  const model = await read("/proc/device-tree/model") ?? "";
  if (model.includes("Raspberry Pi")) {
    return "Check the adapter. A CAN HAT needs lines in /boot/firmware/config.txt, then a restart: " +
      '"dtparam=spi=on" and, with the values of the HAT\'s maker, "dtoverlay=mcp2515-can0,oscillator=12000000,interrupt=25".';
  }
  return "Check the adapter and its driver. For trials: " +
    '"sudo modprobe vcan && sudo ip link add vcan0 type vcan && sudo ip link set vcan0 up".';
}
