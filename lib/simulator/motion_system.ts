import type { Message } from "../protocol/mod.ts";
import {
  type CoachSystem,
  type CommandAnswer,
  conditionsDoNotAllow,
  done,
  Instances,
  numberIn,
  roundTo,
  type StatusSource,
  toEach,
  wordIn,
  type World,
} from "./coach_system.ts";

/** Seconds of silence after which a motor stops; the command is repeated every 0.1 s while it is held. */
const silenceS = 0.35;

interface Motor {
  positionPct: number;
  direction: -1 | 0 | 1;
  leftS: number;
  readonly travelS: number;
  lastCommand: string | undefined;
}

/** Shades, awnings, slides, door locks and leveling. Slides and leveling only tell: nothing here moves them. */
export class MotionSystem implements CoachSystem {
  readonly #world: World;
  readonly #shades = new Instances(() => motor(100, 20));
  readonly #awnings = new Instances(() => motor(0, 30));
  readonly #slides = new Instances(() => motor(100, 40));
  readonly #locks = new Instances(() => ({ locked: false }));
  readonly statuses: Readonly<Record<string, StatusSource>> = {
    WINDOW_SHADE_CONTROL_STATUS: (key) => shadeStatus(this.#shades.of(key)),
    AWNING_STATUS: (key) => this.#awningStatus(this.#awnings.of(key)),
    SLIDE_STATUS: (key) => slideStatus(this.#slides.of(key)),
    LOCK_STATUS: (key) => ({
      lock_status: this.#locks.of(key).locked ? "locked" : "unlocked",
      motion: "no_motion",
      voltage: 12.8,
    }),
    LEVELING_CONTROL_STATUS: () => ({
      operating_mode: "inactive",
      leveling_system_master_warning: "no_warning",
      excessive_slope_initial_warning: "no_warning",
      excessive_slope_final_warning: "no_warning",
      park_brake: this.#world.driving ? "locked_out" : "may_operate",
      ignition_key: "may_operate",
      low_voltage: "may_operate",
      other_lockout: "may_operate",
    }),
    LEVELING_JACK_STATUS: () => ({ jack_type: "straight_acting", ...jacks(this.#world.driving) }),
    LEVELING_SENSOR_STATUS: () => ({
      vehicle_attitude_front: "side_at_or_above_level",
      vehicle_attitude_rear: "side_at_or_above_level",
      pitch: 0.2,
      roll: -0.1,
    }),
  };
  readonly commands: Readonly<Record<string, (message: Message) => CommandAnswer>> = {
    WINDOW_SHADE_CONTROL_COMMAND: (message) =>
      toEach(this.#shades, message, (shade, instance) => this.#moveShade(shade, { instance, message })),
    AWNING_COMMAND: (message) =>
      toEach(this.#awnings, message, (awning, instance) => this.#moveAwning(awning, { instance, message })),
    LOCK_COMMAND: (message) =>
      toEach(this.#locks, message, (lock, instance) => {
        const word = wordIn(message, "lock_command");
        if (word !== undefined) lock.locked = word === "lock";
        this.#world.changed("LOCK_STATUS", instance);
      }),
  };

  constructor(world: World) {
    this.#world = world;
  }

  advance(seconds: number): void {
    this.#run(this.#shades, { seconds, status: "WINDOW_SHADE_CONTROL_STATUS" });
    this.#run(this.#awnings, { seconds, status: "AWNING_STATUS" });
  }

  #run(motors: Instances<Motor>, options: { readonly seconds: number; readonly status: string }): void {
    const { seconds, status } = options;
    for (const [instance, one] of motors.all()) {
      if (one.direction === 0) continue;
      const before = one.positionPct;
      one.positionPct = Math.max(0, Math.min(100, before + one.direction * 100 * seconds / one.travelS));
      one.leftS -= seconds;
      this.#world.dcLoadA += 6;
      if (one.leftS <= 0 || one.positionPct === before) one.direction = 0;
      this.#world.changed(status, instance);
    }
  }

  #moveShade(shade: Motor, told: { readonly instance: number; readonly message: Message }): CommandAnswer {
    const word = wordIn(told.message, "command");
    if (word === undefined) return done;
    shade.lastCommand = word;
    if (word === "forward" || word === "reverse") {
      shade.direction = word === "forward" ? 1 : -1;
      const seconds = wordIn(told.message, "duration") === "continuous" ? Infinity : numberIn(told.message, "duration");
      shade.leftS = seconds ? seconds : silenceS;
    } else if (word === "stop") shade.direction = 0;
    this.#world.changed("WINDOW_SHADE_CONTROL_STATUS", told.instance);
    return done;
  }

  #moveAwning(awning: Motor, told: { readonly instance: number; readonly message: Message }): CommandAnswer {
    const word = wordIn(told.message, "direction_of_movement");
    if (this.#world.driving && word === "extend") return conditionsDoNotAllow;
    awning.direction = word === "extend" ? 1 : word === "retract" ? -1 : 0;
    awning.leftS = silenceS;
    this.#world.changed("AWNING_STATUS", told.instance);
    return done;
  }

  #awningStatus(awning: Motor): Record<string, number | string> {
    const lockout = this.#world.driving ? "locked_out" : "may_move";
    return {
      motion: motionWord(awning),
      position: roundTo(awning.positionPct, 0.5),
      travel_lock_status: awning.positionPct === 0 ? "secured" : "not_secured",
      user_lock_status: "not_active",
      parked_status: lockout,
      ignition_key: lockout,
      low_voltage: "may_move",
      generic_lock: "may_move",
      awning_light: "off",
    };
  }
}

function motor(positionPct: number, travelS: number): Motor {
  return { positionPct, direction: 0, leftS: 0, travelS, lastCommand: undefined };
}

function motionWord(one: Motor): string {
  return one.direction === 0 ? "no_motion" : one.direction > 0 ? "extending" : "retracting";
}

function shadeStatus(shade: Motor): Record<string, number | string> {
  const { direction } = shade;
  return {
    motor_duty: direction === 0 ? 0 : 100,
    lock_status: "unlocked",
    motor_status: direction === 0 ? "stopped" : "running",
    forward_status: direction > 0 ? "on" : "off",
    reverse_status: direction < 0 ? "on" : "off",
    duration: "no_duration_active",
    ...(shade.lastCommand === undefined ? {} : { last_command: shade.lastCommand }),
    overcurrent_status: "no_overcurrent",
    override_status: "inactive",
  };
}

function slideStatus(slide: Motor): Record<string, number | string> {
  return {
    motion: motionWord(slide),
    position: roundTo(slide.positionPct, 0.5),
    lock_status: "secured",
    user_lock_status: "not_active",
    park_brake: "may_move",
    leveling_jacks: "may_move",
    ignition_key: "may_move",
    air_seal: "may_move",
    low_voltage: "may_move",
  };
}

function jacks(driving: boolean): Record<string, string> {
  const word = driving ? "no_action" : "jack_extended";
  const names = ["left_rear", "right_front", "right_rear", "left_front"];
  return Object.fromEntries(names.map((name) => [`extension_${name}`, word]));
}
