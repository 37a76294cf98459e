import { canUnitName, localPlaces, machinePlaces, unitNames } from "../../lib/install/mod.ts";
import { packagedInterfaces, sdcardDropIn } from "./package_places.ts";
import postinst from "./postinst.sh" with { type: "text" };
import postrm from "./postrm.sh" with { type: "text" };
import preinst from "./preinst.sh" with { type: "text" };
import prerm from "./prerm.sh" with { type: "text" };

/** Everything that may run of the package. */
const stopped = [
  unitNames.server,
  unitNames.fallback,
  unitNames.syncTimer,
  unitNames.sync,
  unitNames.live,
  ...packagedInterfaces.map(canUnitName),
];

const values: Readonly<Record<string, string>> = {
  SETTINGS: machinePlaces.settings,
  DROPIN: sdcardDropIn.link,
  SDCARD: sdcardDropIn.path,
  SERVER: unitNames.server,
  TIMER: unitNames.syncTimer,
  STOPPED: stopped.map((name) => `'${name}'`).join(" "),
  LOCAL: localPlaces.executable,
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
