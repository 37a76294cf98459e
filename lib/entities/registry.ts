import type { DefinitionOf, EntityDefinition, EntityKindName } from "../coach/mod.ts";
import { acSource } from "./ac_source.ts";
import { airConditioner } from "./air_conditioner.ts";
import { awning } from "./awning.ts";
import { battery } from "./battery.ts";
import { charger } from "./charger.ts";
import { chassis } from "./chassis.ts";
import { clock } from "./clock.ts";
import { engine } from "./engine.ts";
import { fan } from "./fan.ts";
import { furnace } from "./furnace.ts";
import { generator } from "./generator.ts";
import { inverter } from "./inverter.ts";
import { leveling } from "./leveling.ts";
import { light } from "./light.ts";
import { lock } from "./lock.ts";
import { sensor } from "./sensor.ts";
import { shade } from "./shade.ts";
import { slide } from "./slide.ts";
import { solarController } from "./solar_controller.ts";
import { switchedLoad } from "./switch.ts";
import { tank } from "./tank.ts";
import { temperature } from "./temperature.ts";
import { thermostat } from "./thermostat.ts";
import { transferSwitch } from "./transfer_switch.ts";
import type { EntityKind } from "./types.ts";
import { waterHeater } from "./water_heater.ts";
import { waterPump } from "./water_pump.ts";

/** Every kind by its name. */
export const kinds: { readonly [K in EntityKindName]: EntityKind<DefinitionOf<K>> } = {
  light,
  switch: switchedLoad,
  lock,
  tank,
  thermostat,
  air_conditioner: airConditioner,
  furnace,
  fan,
  water_heater: waterHeater,
  water_pump: waterPump,
  battery,
  inverter,
  charger,
  solar_controller: solarController,
  ac_source: acSource,
  transfer_switch: transferSwitch,
  generator,
  shade,
  awning,
  slide,
  leveling,
  temperature,
  sensor,
  chassis,
  engine,
  clock,
};

/** The kind that a definition is of; its functions take definitions of that kind alone. */
export function kindOf<D extends EntityDefinition>(definition: D): EntityKind<D> {
  // One kind per name, so the kind found by the definition's own name takes this definition.
  return kinds[definition.kind] as unknown as EntityKind<D>;
}
