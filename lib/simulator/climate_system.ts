import type { Message } from "../protocol/mod.ts";
import {
  type CoachSystem,
  type CommandAnswer,
  definitionsOf,
  Instances,
  roundTo,
  statedValues,
  type StatusSource,
  toEach,
  toward,
  type World,
} from "./coach_system.ts";
import { isLoadOn } from "./load_system.ts";

/** Kelvin per second that a furnace, an air conditioner and the walls move a room; quick enough to be watched. */
const heatRate = 0.02;
const coolRate = 0.015;
const leakPerS = 1 / 14_400;
const hysteresisC = 0.3;

interface Room {
  celsius: number;
  readonly name: string;
}

interface Zone {
  readonly room: Room;
  settings: Record<string, number | string>;
  heating: boolean;
  cooling: boolean;
}

type Settings = Record<string, number | string>;

/** Rooms, thermostats, air conditioners, furnaces, roof fans and sensors of temperature. */
export class ClimateSystem implements CoachSystem {
  readonly #world: World;
  readonly #rooms: readonly Room[];
  readonly #roomOfZone = new Map<number, Room>();
  readonly #roomOfSensor = new Map<number, Room>();
  readonly #zones: Instances<Zone>;
  readonly #sensors: Instances<{ celsius: number }>;
  readonly #conditioners = new Instances<Settings>(() => ({ operating_mode: "automatic" }));
  readonly #furnaces = new Instances<Settings>(() => ({ operating_mode: "automatic", heat_source: "combustion" }));
  readonly #fans = new Instances<{ settings: Settings; lidPct: number; lidGoalPct: number }>(() => ({
    settings: { system_status: "off", fan_mode: "auto", speed_mode: "manual", fan_speed_setting: 50, light: "off" },
    lidPct: 0,
    lidGoalPct: 0,
  }));
  readonly statuses: Readonly<Record<string, StatusSource>> = {
    THERMOSTAT_STATUS_1: (key) => this.#zones.of(key).settings,
    THERMOSTAT_STATUS_2: () => ({ reduced_noise_mode: "disabled" }),
    THERMOSTAT_AMBIENT_STATUS: (key) => ({ ambient_temp: this.#sensors.of(key).celsius }),
    AIR_CONDITIONER_STATUS: (key) => this.#conditionerStatus(this.#conditioners.of(key), key.instance ?? 1),
    FURNACE_STATUS: (key) => this.#furnaceStatus(this.#furnaces.of(key), key.instance ?? 1),
    ROOF_FAN_STATUS_1: (key) => {
      const fan = this.#fans.of(key);
      const words = ["closed", "quarter_open", "half_open", "three_quarter_open", "open"];
      return {
        ...fan.settings,
        dome_position: words[Math.round(fan.lidPct / 25)] ?? "closed",
        ambient_temperature: 24,
      };
    },
    ROOF_FAN_STATUS_2: (key) => {
      const { lidPct, lidGoalPct } = this.#fans.of(key);
      const mode = lidPct === lidGoalPct ? "stopped" : lidPct < lidGoalPct ? "opening" : "closing";
      return { dome_mode: mode, dome_position: roundTo(lidPct, 0.5), rain_sensor: "no_rain" };
    },
  };
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>> = {
    THERMOSTAT_COMMAND_1: (message) => this.#set(this.#zones, message, "THERMOSTAT_STATUS_1"),
    AIR_CONDITIONER_COMMAND: (message) => this.#keep(this.#conditioners, message, "AIR_CONDITIONER_STATUS"),
    FURNACE_COMMAND: (message) => this.#keep(this.#furnaces, message, "FURNACE_STATUS"),
    ROOF_FAN_COMMAND_1: (message) => this.#fanCommand(message),
  };

  constructor(world: World) {
    this.#world = world;
    this.#rooms = definitionsOf(world, "thermostat").map((one) => {
      const room: Room = { name: one.id, celsius: roundTo(world.random.between(18, 24), 0.03125) };
      this.#roomOfZone.set(one.instance, room);
      for (const { zone } of one.heatSources) if (zone !== undefined) this.#roomOfZone.set(zone, room);
      if (one.ambientInstance !== undefined) this.#roomOfSensor.set(one.ambientInstance, room);
      return room;
    });
    const main = new Set(definitionsOf(world, "thermostat").map((one) => one.instance));
    this.#zones = new Instances((instance) => ({
      room: this.#roomOfZone.get(instance) ?? { name: "", celsius: 20 },
      settings: {
        operating_mode: main.has(instance) ? "auto_heat_cool" : "off",
        fan_mode: "auto",
        schedule_mode: "disabled",
        fan_speed: 50,
        setpoint_temp_heat: 20,
        setpoint_temp_cool: 25,
      },
      heating: false,
      cooling: false,
    }));
    this.#sensors = new Instances((instance) =>
      this.#roomOfSensor.get(instance) ?? { celsius: roundTo(world.random.between(4, 22), 0.03125) }
    );
  }

  advance(seconds: number): void {
    const world = this.#world;
    for (const room of this.#rooms) room.celsius += (world.outsideC - room.celsius) * leakPerS * seconds;
    let burning = 0;
    for (const [, zone] of this.#zones.all()) {
      decide(zone);
      if (zone.heating) zone.room.celsius += heatRate * seconds;
      if (zone.cooling) zone.room.celsius -= coolRate * seconds;
      if (zone.heating) burning++;
      if (zone.cooling) world.acLoadW += 1400;
    }
    for (const one of definitionsOf(world, "thermostat")) {
      const room = this.#roomOfZone.get(one.instance);
      for (const { load } of one.heatSources) {
        if (room && load && isLoadOn(world, load) && room.celsius < 28) room.celsius += heatRate * seconds;
      }
    }
    world.gasKgPerH = 0.6 * burning;
    for (const [instance, fan] of this.#fans.all()) {
      if (fan.lidPct === fan.lidGoalPct) continue;
      fan.lidPct = toward(fan.lidPct, fan.lidGoalPct, 10 * seconds);
      this.#world.changed("ROOF_FAN_STATUS_2", instance);
      if (fan.lidPct === fan.lidGoalPct) this.#world.changed("ROOF_FAN_STATUS_1", instance);
    }
  }

  #set(zones: Instances<Zone>, message: Message, status: string): CommandAnswer {
    return toEach(zones, message, (zone, instance) => {
      zone.settings = { ...zone.settings, ...statedValues(message, ["instance"]) };
      this.#world.changed(status, instance);
    });
  }

  #keep(things: Instances<Settings>, message: Message, status: string): CommandAnswer {
    return toEach(things, message, (settings, instance) => {
      Object.assign(settings, statedValues(message, ["instance"]));
      this.#world.changed(status, instance);
    });
  }

  #fanCommand(message: Message): CommandAnswer {
    return toEach(this.#fans, message, (fan, instance) => {
      const { dome_position: dome, fan_mode: mode, ...rest } = statedValues(message, [
        "instance",
        "ambient_temperature",
      ]);
      Object.assign(
        fan.settings,
        rest,
        mode === undefined ? {} : { fan_mode: mode === "force_on" ? "forced_on" : "auto" },
      );
      if (dome === "stop") fan.lidGoalPct = fan.lidPct;
      else if (dome !== undefined) {
        const at = ["closed", "quarter_open", "half_open", "three_quarter_open", "open"].indexOf(String(dome));
        if (at >= 0) fan.lidGoalPct = 25 * at;
      }
      this.#world.changed("ROOF_FAN_STATUS_1", instance);
      this.#world.changed("ROOF_FAN_STATUS_2", instance);
    });
  }

  #conditionerStatus(settings: Settings, instance: number): Settings {
    const cooling = this.#zones.get(instance)?.cooling ?? false;
    const own = { max_fan_speed: 100, max_air_conditioning_output_level: 100, dead_band: 1, second_stage_dead_band: 2 };
    const now = { fan_speed: cooling ? 66 : 0, air_conditioning_output_level: cooling ? 100 : 0 };
    return { ...own, ...now, ...settings, ...(settings["operating_mode"] === "manual" ? {} : now) };
  }

  #furnaceStatus(settings: Settings, instance: number): Settings {
    const heating = this.#zones.get(instance)?.heating ?? false;
    const now = { circulation_fan_speed: heating ? 100 : 0, heat_output_level: heating ? 100 : 0 };
    return { dead_band: 1, ...now, ...settings, ...(settings["operating_mode"] === "manual" ? {} : now) };
  }
}

function decide(zone: Zone): void {
  const mode = String(zone.settings["operating_mode"]);
  const { celsius } = zone.room;
  const heatTo = Number(zone.settings["setpoint_temp_heat"]);
  const coolTo = Number(zone.settings["setpoint_temp_cool"]);
  const mayHeat = mode === "heat" || mode === "aux_heat" || mode === "auto_heat_cool";
  const mayCool = mode === "cool" || mode === "auto_heat_cool";
  zone.heating = mayHeat && celsius < heatTo + (zone.heating ? hysteresisC : -hysteresisC);
  zone.cooling = mayCool && celsius > coolTo + (zone.cooling ? -hysteresisC : hysteresisC);
}
