import type { MessageRow, SignalRow } from "../protocol/mod.ts";

/**
 * How much the change of a field looks like somebody's doing. 4: an output or a motor moved; 3: a switch or a setting;
 * 2: a device went into another state; 1: a warning, a lock-out, an interlock.
 */
export type OperatingWeight = 1 | 2 | 3 | 4;

/** One field that says what a device does, other than what it measures. */
export interface OperatingSignal {
  /** Place of the field in {@link MessageRow.signals}. */
  readonly index: number;
  readonly name: string;
  readonly weight: OperatingWeight;
}

/** Messages that only measure, count or keep time: what changes in them changes by itself. */
const measuring = /_AC_STATUS|DATE_TIME|GPS|TIRE|WEATHER|BROKER|CAN_BUS|COMMUNICATION|_EQUALIZATION|AAS_|SCHEDULE/;

/** Fields that repeat the order, count down, or say how a device is set up. */
const aside =
  /^(group|priority|delay.*|duration|short_duration|last_(command|operation)|device_priority|time_.*|master_memory_value|number_of_.*|.*_type|type|bank_select|.*_capability|configuration_.*|default_state.*|power_up_state|.*_deprecated|max_.*|min_.*|.*_present|.*_supported|auto_.*|clear_history|.*_instance|.*_counter|char.*_priority|dc_charging_priority|rain_sensor_override)$/;

const moves = new RegExp(
  "^(" + [
    "operating_status(_brightness)?",
    "load_status",
    "(master|red|green|blue|white)_brightness",
    "brightness",
    "led\\d_status",
    "motor_duty",
    "motor_status",
    "forward_status",
    "reverse_status",
    "driver_direction_status",
    "motion",
    "position",
    "valve_status.*",
    "system_status",
    "fan_speed_setting",
    "dome_mode",
    "dome_position",
    "light",
    "(awning|secondary)_light(_level)?",
    "circuit_status",
    "jack_(extending|retracting)_.*",
  ].join("|") + ")$",
);

const settings =
  /^(operating_modes?|mode|fan_mode|speed_mode|schedule_mode|set_?(point|temp).*|wind_direction_switch|heat_source|hot_water_priority|force_charge|engine_preheat|.*_enabled?|.*_status_enabled|reduced_noise_mode|seat_.*)$/;

const warnings =
  /(lock|overcurrent|undercurrent|warning|alarm|fault|failure|fail|override|disable|enable_status|trip|limit|low_voltage|ignition_key|^park_brake$|^parked_status$|leveling_jacks|air_seal|(?<!park_)brake_status|temperature_status|freeze|error|obstruction|derating|caution|shutdown|low_oil|oil_level|coolant_level)/;

/** Levels that follow what a device does by itself. */
const followers = /^((circulation_)?fan_speed|(air_conditioning_|heat_)?output_level|compressor_speed)$/;

/** Fields that are the very thing in one message, and an aside or a consequence in others. */
const own: Readonly<Record<string, readonly [field: string, weight: OperatingWeight]>> = {
  LOCK_STATUS: ["lock_status", 4],
  THERMOSTAT_STATUS_1: ["fan_speed", 3],
};
/** A switch on the wall, and the lamp in it: they go with what they switch, which is what people look for. */
const buttons = /^(DIGITAL_INPUT|GENERIC_INDICATOR)_/;

/** Whether a field says nothing of what its device does or measures. */
export function isAside(fieldName: string): boolean {
  return aside.test(fieldName);
}

/**
 * The fields of a status message whose change shows that something was operated: level, on or off, state, lock,
 * position, set point. Voltages, currents, counters, temperatures and the like are not among them. Empty for messages
 * that only measure.
 */
export function operatingSignals(row: MessageRow): readonly OperatingSignal[] {
  if (row.multiplex || row.multiPacket || measuring.test(row.name)) return [];
  return row.signals.flatMap((signal, index): OperatingSignal[] => {
    const weight = signal.name === row.instanceField ? undefined : weightOf(signal, row);
    return weight === undefined ? [] : [{ index, name: signal.name, weight }];
  });
}

function weightOf(signal: SignalRow, row: MessageRow): OperatingWeight | undefined {
  const { name, unit, labels } = signal;
  if (isAside(name)) return undefined;
  const [ownField, ownWeight] = own[row.name] ?? [];
  if (name === ownField) return ownWeight;
  const isWord = labels !== undefined && unit === undefined;
  if (moves.test(name) && (isWord || unit === "%")) return buttons.test(row.name) ? 3 : 4;
  if (settings.test(name) && (isWord || unit === "%" || unit === "degC")) return 3;
  if (unit === "%" && followers.test(name)) return 2;
  if (!isWord) return undefined;
  return warnings.test(name) ? 1 : 2;
}
