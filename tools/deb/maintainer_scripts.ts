import {
  canUnitName,
  defaultLiveMiB,
  localPlaces,
  machineFiles,
  machinePlaces,
  packagePlaces,
  unitNames,
} from "../../lib/install/mod.ts";
import { packagedInterfaces, sdcardDropIn, sizeDropIns } from "./package_places.ts";
import postinst from "./postinst.sh" with { type: "text" };
import postrm from "./postrm.sh" with { type: "text" };
import preinst from "./preinst.sh" with { type: "text" };
import prerm from "./prerm.sh" with { type: "text" };

/** Everything that may run of the package; the databases in memory stay for now. */
const stopped = [
  unitNames.server,
  unitNames.fallback,
  unitNames.syncTimer,
  unitNames.sync,
  ...packagedInterfaces.map(canUnitName),
];

/** What the units of the profile `sdcard` say of a key. */
function sdcardValue(unit: string, key: string): string {
  const text = machineFiles({ ...packagePlaces, profile: "sdcard", canInterfaces: [] })
    .find(({ path }) => path.endsWith(`/${unit}`))?.text ?? "";
  const value = new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`Cannot write the scripts of the package: ${unit} has no ${key}`);
  return value;
}

/** Memory of a service without what is kept in memory on purpose, MiB. */
const memoryMiB = (unit: string) => String(Number.parseInt(sdcardValue(unit, "MemoryMax")) - defaultLiveMiB);

const values: Readonly<Record<string, string>> = {
  SETTINGS: machinePlaces.settings,
  DROPIN: sdcardDropIn.link,
  SDCARD: sdcardDropIn.path,
  SERVER: unitNames.server,
  TIMER: unitNames.syncTimer,
  LIVE: machinePlaces.liveFolder,
  LIVEMOUNT: unitNames.live,
  LIVEMIB: String(defaultLiveMiB),
  LIVEOPTIONS: sdcardValue(unitNames.live, "Options"),
  LIVESIZE: sizeDropIns.live,
  SERVERSIZE: sizeDropIns.server,
  SYNCSIZE: sizeDropIns.sync,
  SERVERMIB: memoryMiB(unitNames.server),
  SYNCMIB: memoryMiB(unitNames.sync),
  STOPPED: stopped.map((name) => `'${name}'`).join(" "),
  LOCAL: localPlaces.executable,
  USER: machinePlaces.user,
  PROGRAM: packagePlaces.executable,
  CACHE: machinePlaces.cacheFolder,
  DATA: machinePlaces.dataFolder,
  ETC: machinePlaces.settingsFolder,
};

/** What `dpkg` runs when the package comes, is upgraded, and goes. */
export function maintainerScripts(): Readonly<Record<string, string>> {
  return { preinst: filled(preinst), postinst: filled(postinst), prerm: filled(prerm), postrm: filled(postrm) };
}

function filled(script: string): string {
  return script.replace(/@([A-Z]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Cannot fill a script of the package: "@${name}@" is unknown`);
    return value;
  });
}
