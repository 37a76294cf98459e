import type {
  Command,
  CommandPlan,
  CommandSpec,
  EntityState,
  OutgoingMessage,
  ParameterSpec,
  PlannedMessage,
  Refusal,
} from "./types.ts";

/** A node answers a command within this time or asks for more (RV-C 2023-11, 3.2.4), ms. */
export const responseWindowMs = 1250;
/** Least time between two frames of one DGN (RV-C 2023-11, 3.2.4), ms. */
export const frameGapMs = 50;
/** A motor command is repeated this often while the button is held (RV-C 2023-11, shade, slide and awning), ms. */
export const holdEveryMs = 100;
/** A held motor stops when the phone has not renewed its hold for this long, ms. */
export const holdMaxMs = 1000;

/** What a kind says about one command; the rest of the plan follows from it. */
export interface PlanParts {
  readonly messages: readonly OutgoingMessage[];
  readonly confirmedBy: readonly string[];
  readonly isConfirmed: (state: EntityState) => boolean;
  /** Time for ramps, motors and engines on top of the response window, ms. */
  readonly rampMs?: number;
  /** Makes it a held motor; these messages stop it. */
  readonly holdUntil?: readonly OutgoingMessage[];
}

/** Messages of one DGN, each at least 50 ms after the one before. */
export function spaced(messages: readonly OutgoingMessage[]): readonly PlannedMessage[] {
  return messages.map((message, i) => ({ ...message, afterMs: i * frameGapMs }));
}

/** Makes a plan. */
export function planOf(parts: PlanParts): CommandPlan {
  return {
    kind: "plan",
    messages: spaced(parts.messages),
    ...(parts.holdUntil ? { hold: { everyMs: holdEveryMs, maxMs: holdMaxMs, stop: spaced(parts.holdUntil) } } : {}),
    confirmedBy: parts.confirmedBy,
    isConfirmed: parts.isConfirmed,
    ackTimeoutMs: responseWindowMs + (parts.rampMs ?? 0),
  };
}

/** Makes a refusal; each reason is a sentence for people. */
export function refuse(...reasons: readonly string[]): Refusal {
  return { kind: "refusal", reasons };
}

/** For a command that the kind does not have; the caller checks commands first, so people never see it. */
export function unknownCommand(command: Command): Refusal {
  return refuse(`There is no command "${command.command}" for this device.`);
}

/** A command without parameters. */
export function simpleCommand(name: string, text: { readonly label: string; readonly help: string }): CommandSpec {
  return { name, ...text, parameters: [] };
}

/** A command with one required parameter. */
export function commandWith(
  parameter: ParameterSpec,
  spec: { readonly name: string; readonly label: string; readonly help: string },
): CommandSpec {
  return { ...spec, parameters: [parameter] };
}

export const turnOnCommand = simpleCommand("turnOn", { label: "On", help: "Switches on." });
export const turnOffCommand = simpleCommand("turnOff", { label: "Off", help: "Switches off." });

/** A required percentage [0, 100] on the wire's 0.5 % grid. */
export function percentParameter(name: string, help: string): ParameterSpec {
  return { name, type: "number", min: 0, max: 100, step: 0.5, unit: "%", required: true, help };
}

/** A required choice. */
export function choiceParameter(
  name: string,
  options: { readonly choices: readonly string[]; readonly help: string },
): ParameterSpec {
  return { name, type: "choice", required: true, ...options };
}

/** A required on or off. */
export function onParameter(help: string): ParameterSpec {
  return { name: "on", type: "boolean", required: true, help };
}

/** The number of a parameter that was checked against its specification. */
export function numberParameter(command: Command, name: string): number {
  return Number(command.parameters[name]);
}

/** The text of a parameter that was checked against its specification. */
export function textParameter(command: Command, name: string): string {
  return String(command.parameters[name]);
}

/** The boolean of a parameter that was checked against its specification. */
export function booleanParameter(command: Command, name: string): boolean {
  return command.parameters[name] === true;
}
