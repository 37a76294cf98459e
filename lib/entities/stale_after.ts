/**
 * Longest time between two messages of a healthy sender, ms, as the broadcast gap of the message's row states it.
 * Messages that come on change alone, or for which the standard states no period, are not here: their readings are as
 * good as their node is alive. A test holds this table to the rows.
 *
 * Origin: broadcast gaps of RV-C 2023-11 and repetition rates of SAE J1939-71, as in `reference/`.
 */
const longestGapMs: Readonly<Record<string, number>> = {
  AIR_CONDITIONER_STATUS: 5000,
  AMB: 1000,
  AT1T1I: 1000,
  ATS_AC_STATUS_1: 5000,
  ATS_STATUS: 5000,
  CCVS1: 100,
  CHARGER_AC_STATUS_1: 5000,
  CHARGER_STATUS: 5000,
  CHARGER_STATUS_2: 500,
  CHASSIS_MOBILITY_STATUS: 5000,
  CHASSIS_MOBILITY_STATUS_2: 1000,
  DATE_TIME_STATUS: 1000,
  DC_SOURCE_STATUS_1: 500,
  DC_SOURCE_STATUS_11: 1000,
  DC_SOURCE_STATUS_2: 500,
  DC_SOURCE_STATUS_3: 500,
  DC_SOURCE_STATUS_4: 5000,
  DD1: 1000,
  EEC1: 100,
  "EFL/P1": 500,
  ET1: 1000,
  ETC2: 100,
  FURNACE_STATUS: 5000,
  GENERATOR_AC_STATUS_1: 500,
  GENERATOR_DEMAND_STATUS: 5000,
  GENERATOR_STATUS_1: 5000,
  GENERATOR_STATUS_2: 5000,
  INVERTER_AC_STATUS_1: 500,
  INVERTER_STATUS: 500,
  LEVELING_SENSOR_STATUS: 5000,
  LFE1: 100,
  LOCK_STATUS: 5000,
  ROOF_FAN_STATUS_1: 5000,
  ROOF_FAN_STATUS_2: 5000,
  SOLAR_CONTROLLER_BATTERY_STATUS: 5000,
  SOLAR_CONTROLLER_SOLAR_ARRAY_STATUS: 5000,
  SOLAR_CONTROLLER_STATUS_5: 5000,
  TANK_STATUS: 5000,
  THERMOSTAT_AMBIENT_STATUS: 5000,
  THERMOSTAT_STATUS_1: 5000,
  THERMOSTAT_STATUS_2: 5000,
  VD: 100,
  VEP1: 1000,
  WATERHEATER_STATUS: 5000,
  WATERHEATER_STATUS_2: 5000,
  WATER_PUMP_STATUS: 5000,
};

/** Nothing is called stale sooner: a busy bus and a sleepy node are no fault, ms. */
const shortestMs = 3000;

/** When the readings of a message are stale, ms: three times its longest gap, at least 3 s; undefined: on change only. */
export function staleAfterMs(message: string): number | undefined {
  const gapMs = longestGapMs[message];
  return gapMs === undefined ? undefined : Math.max(shortestMs, 3 * gapMs);
}
