import type { EditorProps } from "./editor.ts";

/** More than these do not fit side by side. */
const mostButtons = 4;

const text = {
  none: "Choose…",
};

/** One of several words. */
export default function ChoiceEditor({ spec, label, value, isDisabled, onChange }: EditorProps) {
  const { choices = [] } = spec;
  const current = value === undefined ? undefined : String(value);
  if (choices.length > mostButtons) {
    return (
      <label class="field">
        <span class="visually-hidden">{label}</span>
        <select
          value={current ?? ""}
          disabled={isDisabled}
          onChange={(event) => event.currentTarget.value !== "" && onChange(event.currentTarget.value)}
        >
          {current === undefined && <option value="">{text.none}</option>}
          {choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
        </select>
      </label>
    );
  }
  return (
    <div class="picks" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice}
          type="button"
          class="button"
          aria-pressed={choice === current}
          disabled={isDisabled}
          onClick={() => choice !== current && onChange(choice)}
        >
          {choice}
        </button>
      ))}
    </div>
  );
}
