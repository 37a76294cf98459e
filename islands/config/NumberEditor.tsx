import { useEffect, useRef, useState } from "preact/hooks";
import { configValueWords, Icon } from "../../lib/ui/mod.ts";
import { type EditorProps, editorText } from "./editor.ts";

/** A range of more steps than this is not walked through by tapping. */
const mostSteps = 1_000;
/** Taps that follow each other are gathered for so long, ms. */
const gatherMs = 700;

const text = {
  less: (label: string) => `${label}: less`,
  more: (label: string) => `${label}: more`,
};

/** A number: by tapping where the range is short, by typing always. */
export default function NumberEditor(props: EditorProps) {
  const { spec, label, value, isDisabled, isDraft = false } = props;
  const known = typeof value === "number" ? String(value) : "";
  const [draft, setDraft] = useState(known);
  const { later, now, isGathering } = useGathered(props.onChange);
  const wrong = wrongWith(draft, spec);
  const send = (typed: string) => {
    setDraft(typed);
    if (isDraft && wrongWith(typed, spec) === undefined) props.onChange(Number(typed));
  };
  const step = (direction: -1 | 1) => {
    const next = stepped(Number(draft), { direction, spec });
    setDraft(String(next));
    if (isDraft) props.onChange(next);
    else later(next);
  };
  const canStep = stepsOf(spec) !== undefined && draft !== "" && wrongWith(draft, spec) === undefined;
  const stepper = (direction: -1 | 1) =>
    stepsOf(spec) !== undefined && (
      <button
        type="button"
        class="button"
        disabled={isDisabled || !canStep || stepped(Number(draft), { direction, spec }) === Number(draft)}
        aria-label={direction < 0 ? text.less(label) : text.more(label)}
        onClick={() => step(direction)}
      >
        <Icon name={direction < 0 ? "minus" : "plus"} />
      </button>
    );
  const isChanged = draft !== known && !isGathering;
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong === undefined && draft !== known) now(Number(draft));
      }}
    >
      <div class="editor__number">
        {stepper(-1)}
        <label class="field">
          <span class="visually-hidden">{label}</span>
          <input
            type="text"
            inputMode={spec.type === "integer" && (spec.minimum ?? -1) >= 0 ? "numeric" : "decimal"}
            autocomplete="off"
            value={draft}
            disabled={isDisabled}
            aria-invalid={draft !== "" && wrong !== undefined}
            onInput={(event) => send(event.currentTarget.value.trim())}
          />
        </label>
        {spec.unit !== undefined && <span class="editor__unit">{spec.unit}</span>}
        {stepper(1)}
      </div>
      {isChanged && !isDraft && (
        <button type="submit" class="button button--save" disabled={isDisabled || wrong !== undefined}>
          {editorText.save}
        </button>
      )}
      {draft !== known && wrong !== undefined && <p class="editor__wrong" role="alert">{wrong}</p>}
    </form>
  );
}

type Range = EditorProps["spec"];

/** Size of a step; undefined where there is no range, or too long a one. */
function stepsOf({ type, minimum, maximum }: Range): number | undefined {
  if (minimum === undefined || maximum === undefined) return undefined;
  const step = type === "integer" || maximum - minimum > 50 ? 1 : 0.5;
  return (maximum - minimum) / step <= mostSteps ? step : undefined;
}

function stepped(
  value: number,
  { direction, spec }: { readonly direction: -1 | 1; readonly spec: Range },
): number {
  const next = value + direction * (stepsOf(spec) ?? 1);
  const rounded = Math.round(next * 1000) / 1000;
  return Math.min(spec.maximum ?? rounded, Math.max(spec.minimum ?? rounded, rounded));
}

/** What is wrong with what was typed, as a sentence. */
function wrongWith(typed: string, { type, minimum, maximum, unit }: Range): string | undefined {
  const value = Number(typed);
  if (typed === "" || !Number.isFinite(value)) return editorText.noNumber;
  if (type === "integer" && !Number.isInteger(value)) return editorText.noInteger;
  if (minimum !== undefined && value < minimum) return editorText.minimum(configValueWords(minimum, { unit }));
  if (maximum !== undefined && value > maximum) return editorText.maximum(configValueWords(maximum, { unit }));
  return undefined;
}

/** Passes the newest of several values on when no more came for a while; also when the editor goes away. */
function useGathered(onChange: (value: number) => void) {
  const [isGathering, setGathering] = useState(false);
  const waiting = useRef<{ readonly value: number; readonly timer: ReturnType<typeof setTimeout> } | undefined>(
    undefined,
  );
  const latest = useRef(onChange);
  latest.current = onChange;
  const flush = () => {
    if (!waiting.current) return;
    const { value, timer } = waiting.current;
    clearTimeout(timer);
    waiting.current = undefined;
    latest.current(value);
  };
  useEffect(() => flush, []);
  return {
    isGathering,
    later: (value: number) => {
      clearTimeout(waiting.current?.timer);
      setGathering(true);
      waiting.current = {
        value,
        timer: setTimeout(() => {
          setGathering(false);
          flush();
        }, gatherMs),
      };
    },
    now: (value: number) => {
      clearTimeout(waiting.current?.timer);
      waiting.current = undefined;
      setGathering(false);
      latest.current(value);
    },
  };
}
