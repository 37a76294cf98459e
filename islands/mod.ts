import { type ComponentType, h, hydrate } from "preact";
import type { accountIslands } from "./account_islands.ts";
import CanMonitor from "./CanMonitor.tsx";
import CoachHome from "./CoachHome.tsx";
import type { coachIslands } from "./coach_islands.ts";
import EntityPanel from "./EntityPanel.tsx";
import type { settingsIslands } from "./settings_islands.ts";
import StatusBar from "./StatusBar.tsx";
import TemperatureSwitch from "./TemperatureSwitch.tsx";

/** Islands by the name that `lib/ui/island.tsx` writes into the page. This file is the bundle's entry. */
const islands = { CanMonitor, CoachHome, EntityPanel, StatusBar, TemperatureSwitch } as const;

type IslandName =
  | keyof typeof islands
  | keyof typeof accountIslands
  | keyof typeof coachIslands
  | keyof typeof settingsIslands;

const places = [...document.querySelectorAll<HTMLElement>("[data-island]")].map((place) => ({
  place,
  name: place.dataset["island"] as IslandName,
}));
const isHere = (name: IslandName): name is keyof typeof islands => name in islands;

/** The server rendered these props for this component, so they fit. */
function wake(component: unknown, { place, name }: { readonly place: HTMLElement; readonly name: IslandName }): void {
  const props = document.querySelector(`script[data-props="${name}"]`)?.textContent ?? "{}";
  hydrate(h(component as ComponentType<object>, JSON.parse(props)), place);
}

/** The script that has an island which is not in this one. */
async function laterIslands(name: IslandName): Promise<Readonly<Record<string, unknown>>> {
  if (name.startsWith("Coach")) return (await import("./coach_islands.ts")).coachIslands;
  if (name.startsWith("Account")) return (await import("./account_islands.ts")).accountIslands;
  return (await import("./settings_islands.ts")).settingsIslands;
}

async function wakeAll(): Promise<void> {
  for (const { place, name } of places) if (isHere(name)) wake(islands[name], { place, name });
  for (const { place, name } of places) if (!isHere(name)) wake((await laterIslands(name))[name], { place, name });
  document.documentElement.classList.add("is-live");
}

void wakeAll();
