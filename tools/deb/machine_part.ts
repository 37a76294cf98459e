import {
  canUnitName,
  canWantsFolder,
  type MachineFile,
  machineFiles,
  packagePlaces,
  unitNames,
} from "../../lib/install/mod.ts";
import { dropInOf } from "./drop_in.ts";
import { type PackageFile, textFile } from "./package_file.ts";
import { firstInterfaces, packagedInterfaces, sdcardDropIn } from "./package_places.ts";

/** Units, accounts, folders, settings and scripts: what `coachiq install` writes, at the places of a package. */
export function machinePart(): readonly PackageFile[] {
  const rendered = (profile: "ssd" | "sdcard", canInterfaces: readonly string[]) =>
    machineFiles({ ...packagePlaces, profile, canInterfaces });
  const ssd = rendered("ssd", packagedInterfaces);
  const sdcard = rendered("sdcard", packagedInterfaces);
  const onlySdcard = sdcard.filter(({ path }) => !ssd.some((file) => file.path === path));
  const settings = rendered("ssd", firstInterfaces).filter(({ role }) => role === "settings");
  return [
    ...[...ssd.filter(({ role }) => role !== "settings"), ...onlySdcard, ...settings].map(({ path, text, mode }) =>
      textFile(path, { text, mode })
    ),
    textFile(sdcardDropIn.path, { text: dropInText(serverOf(ssd), serverOf(sdcard)) }),
    ...packagedInterfaces.map((name) => ({
      path: `${packagePlaces.unitFolder}/${canWantsFolder(name)}/${canUnitName(name)}`,
      link: `../${unitNames.can}`,
    })),
  ];
}

function serverOf(files: readonly MachineFile[]): string {
  const file = files.find(({ path }) => path.endsWith(`/${unitNames.server}`));
  if (file === undefined) throw new Error(`Cannot build the package: the machine has no ${unitNames.server}`);
  return file.text;
}

function dropInText(ssd: string, sdcard: string): string {
  // The package enables no timer: this one runs with the service.
  const wanted = sdcard.replace("[Unit]\n", `[Unit]\nWants=${unitNames.syncTimer}\n`);
  return `# What the storage profile "sdcard" changes. It counts while ${sdcardDropIn.link} leads here:
# the package sees to that when it is configured (dpkg-reconfigure coachiq).
${dropInOf(ssd, wanted)}`;
}
