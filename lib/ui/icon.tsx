import type { EntityView } from "../wire/mod.ts";

/** Shapes of the house, drawn on a 24 × 24 grid with a 1.75 stroke. */
const shapes = {
  light: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.6 10.8c.8.6 1.1 1.3 1.1 2.2h5c0-.9.3-1.6 1.1-2.2A6 6 0 0 0 12 3Z",
  switch: "M12 3v8M7 6.5a7.5 7.5 0 1 0 10 0",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  unlock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.6-1.6",
  tank: "M6 4h12v16H6zM6 12c2-1.5 4-1.5 6 0s4 1.5 6 0",
  climate: "M14 14.5V5a2 2 0 1 0-4 0v9.5a4 4 0 1 0 4 0ZM12 9v8",
  snow: "M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9",
  flame: "M12 3c.5 3 5 5.5 5 11a5 5 0 0 1-10 0c0-2 1-3.5 2-4.5.3 1.5 1 2 1.5 2C10 8 11 5 12 3Z",
  fan:
    "M12 12m-1.6 0a1.6 1.6 0 1 0 3.2 0 1.6 1.6 0 1 0-3.2 0M12 10.4C9 8 9.500 3.500 12 3.500s3.500 4 0 6.900M13.400 12.800c3.600-1.400 7.200 1.300 6 3.500s-5.300 1-6-3.500M10.600 12.800c.6 3.800-3.500 5.700-5.300 4s1.100-5.300 5.300-4",
  drop: "M12 3.500c3 4 5.500 6.700 5.500 10.200a5.500 5.500 0 0 1-11 0C6.500 10.200 9 7.500 12 3.500Z",
  pump: "M4 14a6 6 0 0 1 6-6h4V5h5v8h-3M10 14m-3 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0M4 20h14",
  battery: "M3 8h16v9H3zM21 11v3M7 12.500h4M9 10.500v4M14 12.500h2",
  power: "M13 3 6 13.500h5L10 21l8-11h-5.500Z",
  solar: "M5 12h14l2 8H3zM12 12v8M4 16h16M12 3v2M6.500 5l1.200 1.400M17.500 5l-1.200 1.400M9 9a3 3 0 0 1 6 0",
  plug: "M9 3v5M15 3v5M7 8h10v3a5 5 0 0 1-10 0zM12 16v5",
  engine: "M4 10h3l2-2h5l2 2h2v2h2v5h-2v2H9l-3-3H4zM10 5h4M12 5v3",
  shade: "M4 4h16M6 4v11h12V4M6 8h12M6 11.500h12M12 15v4M11 20h2",
  awning: "M3 5h18l-2 7H5zM5 12v8M19 12v8M8 5l-.8 7M16 5l.8 7",
  slide: "M3 6h9v12H3zM12 12h9M18 9l3 3-3 3",
  level: "M3 16h18M3 12c0-2 2-4 9-4s9 2 9 4M12 8v3M9 20h6",
  door: "M6 21V4l9-1v18M6 21h13M12 12v1.500",
  chassis:
    "M3 16V7h12l5 5v4h-2M3 16h2m4 0h5M7 16m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M16 16m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  clock: "M12 12m-8.500 0a8.500 8.500 0 1 0 17 0 8.500 8.500 0 1 0-17 0M12 7v5l3.500 2",
  home: "M4 11.500 12 4l8 7.500M6 10v10h12V10M10 20v-6h4v6",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  bus: "M3 12h4l2-6 4 12 3-8 1.500 2H21",
  book: "M5 4h10a4 4 0 0 1 4 4v12H9a4 4 0 0 1-4-4zM5 16a4 4 0 0 1 4-4h10",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  up: "M12 19V6M6 11l6-6 6 6",
  down: "M12 5v13M6 13l6 6 6-6",
  stop: "M7 7h10v10H7z",
  more: "M9 6l6 6-6 6",
  back: "M15 6l-6 6 6 6",
  warning: "M12 4 3 19.500h18ZM12 10v4.500M12 17v.01",
  close: "M6.500 6.500l11 11M17.500 6.500l-11 11",
  check: "M5 12.500l4.500 4.500L19 7.500",
  database: "M5 6c0-4 14-4 14 0v12c0 4-14 4-14 0zM5 6c0 4 14 4 14 0M5 12c0 4 14 4 14 0",
  settings:
    "M4 7h9M19 7h1M4 17h1M11 17h9M16 7m-2.500 0a2.500 2.500 0 1 0 5 0 2.500 2.500 0 1 0-5 0M8 17m-2.500 0a2.500 2.500 0 1 0 5 0 2.500 2.500 0 1 0-5 0",
  shield: "M12 3l7 3v5.500c0 4.500-3 7.800-7 9.500-4-1.700-7-5-7-9.500V6ZM9 12l2.200 2.200L15 10.500",
  layers: "M12 4l8.500 4.500L12 13 3.500 8.500ZM4 12.500l8 4.300 8-4.300M4 16.300l8 4.200 8-4.200",
  people:
    "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20c0-3.600 2.900-5.500 6.500-5.500s6.500 1.900 6.500 5.500M16 4.800a3.500 3.500 0 0 1 0 6.400M18 14.900c2.100.7 3.500 2.400 3.500 5.100",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  upload: "M12 16V4M7 8.500l5-5 5 5M5 20h14",
} as const;

export type IconName = keyof typeof shapes;

/** Decoration only: the words beside it say the same. */
export function Icon({ name, class: className }: { readonly name: IconName; readonly class?: string }) {
  return (
    <svg class={className ? `icon ${className}` : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}

/** Which shape stands for a kind. */
export const kindIcons: Readonly<Record<EntityView["kind"], IconName>> = {
  light: "light",
  switch: "switch",
  lock: "lock",
  tank: "tank",
  thermostat: "climate",
  air_conditioner: "snow",
  furnace: "flame",
  fan: "fan",
  water_heater: "flame",
  water_pump: "pump",
  battery: "battery",
  inverter: "power",
  charger: "plug",
  solar_controller: "solar",
  ac_source: "plug",
  transfer_switch: "plug",
  generator: "engine",
  shade: "shade",
  awning: "awning",
  slide: "slide",
  leveling: "level",
  temperature: "climate",
  sensor: "door",
  chassis: "chassis",
  engine: "engine",
  clock: "clock",
};
