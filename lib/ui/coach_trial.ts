/** One button that tries an output. */
export interface TrialButton {
  readonly label: string;
  /** Sent when the hold begins, and again while it lasts where something moves. */
  readonly command: string;
  /** Sent when it ends; absent: it ends by itself. */
  readonly end?: string;
  /** It moves: the command is renewed, and stops without it. */
  readonly moves: boolean;
}

const light: readonly TrialButton[] = [{ label: "Hold to try", command: "turnOn", end: "turnOff", moves: false }];
const inAndOut: readonly TrialButton[] = [
  { label: "Hold to extend", command: "extend", end: "stop", moves: true },
  { label: "Hold to retract", command: "retract", end: "stop", moves: true },
];
const openAndClose: readonly TrialButton[] = [
  { label: "Hold to open", command: "open", end: "stop", moves: true },
  { label: "Hold to close", command: "close", end: "stop", moves: true },
];

const locks: readonly TrialButton[] = [
  { label: "Hold to lock", command: "lock", moves: false },
  { label: "Hold to unlock", command: "unlock", moves: false },
];

const buttons: Readonly<Record<string, readonly TrialButton[]>> = {
  light,
  switch: light,
  fan: light,
  water_pump: light,
  lock: locks,
  awning: inAndOut,
  shade: openAndClose,
};

/**
 * How an output of a kind is tried: on for as long as the button is held. Other kinds are not tried: a slide is never
 * moved, and a generator or a furnace does more than it shows.
 */
export function trialButtons(kind: string): readonly TrialButton[] {
  return Object.hasOwn(buttons, kind) ? buttons[kind] ?? [] : [];
}
