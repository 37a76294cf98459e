import { machinePlaces, packagePlaces, programFiles, unitNames } from "../../lib/install/mod.ts";

/** Interfaces that are brought up when their adapter is there. Which of them are listened to is in the settings. */
export const packagedInterfaces: readonly string[] = ["can0", "can1"];

/** Interfaces in the settings of a new installation. */
export const firstInterfaces: readonly string[] = ["can0"];

/** What the profile `sdcard` changes of the service: a file of the package, and the link that makes it count. */
export const sdcardDropIn = {
  path: `${programFiles(packagePlaces.executable).folder}/sdcard.conf`,
  link: `/etc/systemd/system/${unitNames.server}.d/sdcard.conf`,
} as const;

/** What `live_megabytes` of the settings changes: files that postinst writes. Each counts after that of the profile. */
export const sizeDropIns = {
  live: `/etc/systemd/system/${unitNames.live}.d/size.conf`,
  server: `/etc/systemd/system/${unitNames.server}.d/size.conf`,
  sync: `/etc/systemd/system/${unitNames.sync}.d/size.conf`,
} as const;

/** Folder of what people read. */
export const docFolder = "/usr/share/doc/coachiq";

/** Files that are the administrator's once they are there. */
export const conffiles: readonly string[] = [machinePlaces.settings];
