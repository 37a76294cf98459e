import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../lib/ui/mod.ts";
import { formatTemperature, fromTemperatureUnit, toTemperatureUnit } from "../../lib/wire/mod.ts";
import type { Control, Spec } from "./control.ts";

/** Taps that follow each other faster than this are one change, ms. */
const gatherMs = 500;

const text = {
  warmer: (label: string) => `${label}: warmer`,
  cooler: (label: string) => `${label}: cooler`,
  unknown: "–",
};

interface Props {
  readonly control: Control;
  /** A command with one temperature. */
  readonly command: Spec;
  /** What the coach states, °C. */
  readonly celsius: number | undefined;
}

/** − and + around a set point. Taps gather, then the newest value is sent; until the coach states it, it is a wish. */
export default function SetpointStepper({ control, command, celsius }: Props) {
  const [wantedC, setWantedC] = useState<number | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const outcome = control.state?.outcome;
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (outcome !== "pending" && timer.current === undefined) setWantedC(undefined);
  }, [outcome]);
  const parameter = command.parameters[0];
  if (parameter?.type !== "number") return null;
  const unit = control.temperature;

  const step = (direction: 1 | -1) => {
    const from = wantedC ?? celsius;
    if (from === undefined) return;
    const shown = unit === "F"
      ? Math.round(toTemperatureUnit(from, "F")) + direction
      : from + direction * parameter.step;
    const exact = fromTemperatureUnit(shown, unit);
    const onGrid = Math.round(exact / parameter.step) * parameter.step;
    const next = Math.min(parameter.max, Math.max(parameter.min, onGrid));
    setWantedC(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void control.run(command.name, { [parameter.name]: next });
    }, gatherMs);
  };
  const shownC = wantedC ?? celsius;
  const shown = shownC === undefined ? undefined : formatTemperature(shownC, unit);
  const isDisabled = !control.isEnabled || celsius === undefined || control.needsHold;
  return (
    <div class={wantedC === undefined ? "stepper" : "stepper is-wanted"} role="group" aria-label={command.label}>
      <button
        type="button"
        class="button"
        disabled={isDisabled}
        aria-label={text.cooler(command.label)}
        onClick={() => step(-1)}
      >
        <Icon name="minus" />
      </button>
      <span class="stepper__value">
        <small>{command.label}</small>
        <b>{shown ? `${shown.text}°` : text.unknown}</b>
      </span>
      <button
        type="button"
        class="button"
        disabled={isDisabled}
        aria-label={text.warmer(command.label)}
        onClick={() => step(1)}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}
