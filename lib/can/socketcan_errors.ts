import type { CanLink } from "./types.ts";
import { ERRNO, errnoName } from "./socketcan_ffi.ts";

// Error classes and details: kernel, include/uapi/linux/can/error.h.
const CAN_ERR_CRTL = 0x4, CAN_ERR_BUSOFF = 0x40, CAN_ERR_RESTARTED = 0x100;
const CRTL_WARNING = 0x04 | 0x08, CRTL_PASSIVE = 0x10 | 0x20, CRTL_ACTIVE = 0x40;

/** What an error frame says about the link; undefined when it says nothing about it. */
export function linkOfErrorFrame(errorClass: number, data: Uint8Array): CanLink | undefined {
  if ((errorClass & CAN_ERR_BUSOFF) !== 0) return "busOff";
  if ((errorClass & CAN_ERR_RESTARTED) !== 0) return "up";
  if ((errorClass & CAN_ERR_CRTL) === 0) return undefined;
  const controller = data[1] ?? 0;
  if ((controller & CRTL_PASSIVE) !== 0) return "errorPassive";
  // A controller that warns or is active has left the passive state.
  return (controller & (CRTL_WARNING | CRTL_ACTIVE)) !== 0 ? "up" : undefined;
}

/** True when the frame says that the controller was restarted after a bus-off; nothing else ends one. */
export function isRestart(errorClass: number): boolean {
  return (errorClass & CAN_ERR_RESTARTED) !== 0;
}

/** What is wrong with a link, and what to do. */
export function linkProblem(interfaceName: string, link: CanLink): string | undefined {
  switch (link) {
    case "up":
      return undefined;
    case "down":
      return `${interfaceName} is down; a CAN adapter comes up with ` +
        `"ip link set ${interfaceName} up type can bitrate 250000 restart-ms 100" (RV-C runs at 250 kbit/s), ` +
        `a virtual one with "ip link set ${interfaceName} up"`;
    case "busOff":
      return `${interfaceName} took itself off the bus after too many errors (wrong bit rate, wiring, termination?); ` +
        `the kernel brings it back when restart-ms is set, otherwise "ip link set ${interfaceName} type can restart" does`;
    case "errorPassive":
      return `${interfaceName} sees many errors on the bus: check bit rate, wiring, termination, and that another node is on`;
    case "missing":
      return `there is no interface ${interfaceName}; it is used as soon as it appears`;
    default:
      return link satisfies never;
  }
}

/** The error for a system call that failed in a way that no waiting repairs. */
export function openError(interfaceName: string, { step, errno }: { step: string; errno: number }): Error {
  const what = `Cannot open CAN interface "${interfaceName}": `;
  const cause = new Error(`${step}: ${errnoName(errno)}`);
  switch (errno) {
    case ERRNO.EAFNOSUPPORT:
    case ERRNO.EPROTONOSUPPORT:
      return new Error(
        `${what}this kernel offers no raw CAN sockets (${
          errnoName(errno)
        }); load them with "modprobe can-raw", use a ` +
          `kernel that has CAN, or allow AF_CAN in the service's RestrictAddressFamilies; ` +
          `without CAN hardware use the simulator`,
        { cause },
      );
    case ERRNO.EPERM:
    case ERRNO.EACCES:
      return new Error(
        `${what}no permission for raw CAN sockets (${
          errnoName(errno)
        }); run it as a user or service that may open them`,
        { cause },
      );
    case ERRNO.ENODEV:
      return new Error(`${what}it is a network interface, but not a CAN interface`, { cause });
    default:
      return new Error(`${what}the kernel refuses "${step}" with ${errnoName(errno)}`, { cause });
  }
}
