import { useEffect, useRef, useState } from "preact/hooks";
import { Bar } from "../../lib/ui/mod.ts";
import type { Control, Spec } from "./control.ts";

/** While dragging, a new value is sent at most this often, ms. */
const sendEveryMs = 150;

const text = {
  label: (label: string, name: string) => `${label}, ${name}`,
  unknown: "not known",
  percent: (value: number) => `${Math.round(value)} %`,
};

interface Props {
  readonly control: Control;
  /** A command with one percentage. */
  readonly command: Spec;
  /** What the coach states, [0, 100]; undefined: nothing. */
  readonly percent: number | undefined;
}

/**
 * A slider. The filled part is what the coach states; the thumb is what the finger wants, until the coach has
 * answered. A drag sends the newest value only.
 */
export default function LevelSlider({ control, command, percent }: Props) {
  const [wanted, setWanted] = useState<number | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const next = useRef<number | undefined>(undefined);
  const parameter = command.parameters[0];
  useEffect(() => () => clearTimeout(timer.current), []);
  const outcome = control.state?.outcome;
  useEffect(() => {
    if (outcome !== "pending" && timer.current === undefined) setWanted(undefined);
  }, [outcome]);
  if (parameter?.type !== "number") return null;

  const sendNewest = () => {
    timer.current = undefined;
    const value = next.current;
    next.current = undefined;
    if (value === undefined) return;
    timer.current = setTimeout(sendNewest, sendEveryMs);
    void control.run(command.name, { [parameter.name]: value });
  };
  const drag = (value: number) => {
    setWanted(value);
    next.current = value;
    if (timer.current === undefined) sendNewest();
  };
  const shown = wanted ?? percent ?? 0;
  return (
    <div class={wanted !== undefined ? "slider is-wanted" : percent === undefined ? "slider is-unknown" : "slider"}>
      <Bar percent={percent} tone="level" />
      <input
        type="range"
        min={parameter.min}
        max={parameter.max}
        step={1}
        value={shown}
        disabled={!control.isEnabled || control.needsHold}
        aria-label={text.label(command.label, control.entity.name)}
        aria-valuetext={wanted === undefined && percent === undefined ? text.unknown : text.percent(shown)}
        onInput={(event) =>
          drag(event.currentTarget.valueAsNumber)}
      />
      {wanted !== undefined && <output class="slider__wanted">{text.percent(wanted)}</output>}
    </div>
  );
}
