import { type ComponentType, h, hydrate } from "preact";
import CanMonitor from "./CanMonitor.tsx";
import CoachHome from "./CoachHome.tsx";
import DatabasePanel from "./DatabasePanel.tsx";
import EntityPanel from "./EntityPanel.tsx";
import StatusBar from "./StatusBar.tsx";
import TemperatureSwitch from "./TemperatureSwitch.tsx";

/** All islands by the name that `lib/ui/island.tsx` writes into the page. This file is the bundle's entry. */
const islands = { CanMonitor, CoachHome, DatabasePanel, EntityPanel, StatusBar, TemperatureSwitch } as const;

for (const place of document.querySelectorAll<HTMLElement>("[data-island]")) {
  const name = place.dataset["island"] as keyof typeof islands;
  const props = document.querySelector(`script[data-props="${name}"]`)?.textContent ?? "{}";
  // The server rendered these props for this component, so they fit.
  hydrate(h(islands[name] as ComponentType<object>, JSON.parse(props)), place);
}
document.documentElement.classList.add("is-live");
