/** What a node is: where it looks for its address, and what it says of itself. */
export interface NodeRole {
  /** Type name of the standard's table of addresses, or one address that the node never leaves. */
  readonly type: string;
  readonly model: string;
  /** On the chassis bus, where there is a bus of its own. */
  readonly chassis?: boolean;
}

const roles: readonly (readonly [RegExp, string, NodeRole])[] = [
  [/^DC_DIMMER/, "dimmer", { type: "dc_dimmer", model: "Dimmer controller" }],
  [/^DC_LOAD/, "dcLoad", { type: "dc_load", model: "DC load controller" }],
  [/^AC_LOAD/, "acLoad", { type: "ac_load", model: "AC load controller" }],
  [/^(THERMOSTAT|FURNACE|AIR_CONDITIONER)/, "climate", { type: "main_thermostat", model: "Climate controller" }],
  [/^ROOF_FAN/, "roofFan", { type: "roof_fan", model: "Roof fan" }],
  [/^TANK/, "tanks", { type: "water_waste_tank_system", model: "Tank monitor" }],
  [/^DC_SOURCE/, "battery", { type: "battery_state_of_charge_monitor", model: "Battery monitor" }],
  [/^(INVERTER|CHARGER)/, "inverter", { type: "inverter", model: "Inverter/charger" }],
  [/^SOLAR/, "solar", { type: "solar_charge_controller", model: "Solar controller" }],
  [/^GENERATOR/, "generator", { type: "generator", model: "Generator" }],
  [/^ATS/, "transferSwitch", { type: "transfer_switch", model: "Transfer switch" }],
  [/^WATERHEATER/, "waterHeater", { type: "water_heater", model: "Water heater" }],
  [/^WATER_PUMP/, "waterPump", { type: "water_pump", model: "Water pump" }],
  [/^WINDOW_SHADE/, "shades", { type: "window_shade_control", model: "Shade controller" }],
  [/^AWNING/, "awning", { type: "awning", model: "Awning controller" }],
  [/^SLIDE/, "slides", { type: "slide_room", model: "Slide controller" }],
  [/^LEVELING/, "leveling", { type: "hydraulic_electric_leveling_controller", model: "Leveling controller" }],
  [/^LOCK/, "locks", { type: "door_control", model: "Door lock" }],
  [/^CHASSIS_MOBILITY/, "chassisBridge", { type: "chassis_bridge", model: "Chassis bridge" }],
  [/^DATE_TIME/, "panel", { type: "control_panel", model: "Panel" }],
];

const engine: NodeRole = { type: "0", model: "Engine", chassis: true };
const other: NodeRole = { type: "control_panel", model: "Panel" };

/** Name and role of the node that sends a message. */
export function roleOf(message: string, standard: "rvc" | "j1939"): readonly [string, NodeRole] {
  const found = roles.find(([pattern]) => pattern.test(message));
  if (found) return [found[1], found[2]];
  return standard === "j1939" ? ["engine", engine] : ["panel", other];
}
