import { useState } from "preact/hooks";
import { Icon } from "../../lib/ui/mod.ts";
import { type EditorProps, editorText } from "./editor.ts";
import { numberProblem, stepOf, stepped } from "./number_range.ts";
import { useGathered } from "./use_gathered.ts";

const text = {
  less: (label: string) => `${label}: less`,
  more: (label: string) => `${label}: more`,
};

/** A number: by tapping where the range is short, by typing always. */
export default function NumberEditor(props: EditorProps) {
  const { spec, value, isDisabled, isDraft = false, onChange } = props;
  const known = typeof value === "number" ? String(value) : "";
  const [draft, setDraft] = useState(known);
  const { later, now, isGathering } = useGathered(onChange);
  const wrong = numberProblem(draft, spec);
  const isChanged = draft !== known && !isGathering;
  const type = (typed: string) => {
    setDraft(typed);
    if (isDraft && numberProblem(typed, spec) === undefined) onChange(Number(typed));
  };
  const step = (next: number) => {
    setDraft(String(next));
    if (isDraft) onChange(next);
    else later(next);
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong === undefined && draft !== known) now(Number(draft));
      }}
    >
      <div class="editor__number">
        <StepButton {...props} draft={draft} direction={-1} onStep={step} />
        <NumberField {...props} draft={draft} isWrong={draft !== "" && wrong !== undefined} onType={type} />
        {spec.unit !== undefined && <span class="editor__unit">{spec.unit}</span>}
        <StepButton {...props} draft={draft} direction={1} onStep={step} />
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

function NumberField({ spec, label, draft, isDisabled, isWrong, onType }: EditorProps & {
  readonly draft: string;
  readonly isWrong: boolean;
  readonly onType: (typed: string) => void;
}) {
  // A keyboard of digits alone has no minus and no point.
  const isPlain = spec.type === "integer" && (spec.minimum ?? -1) >= 0;
  return (
    <label class="field">
      <span class="visually-hidden">{label}</span>
      <input
        type="text"
        inputMode={isPlain ? "numeric" : "decimal"}
        autocomplete="off"
        value={draft}
        disabled={isDisabled}
        aria-invalid={isWrong}
        onInput={(event) => onType(event.currentTarget.value.trim())}
      />
    </label>
  );
}

function StepButton({ spec, label, draft, direction, isDisabled, onStep }: EditorProps & {
  readonly draft: string;
  readonly direction: -1 | 1;
  readonly onStep: (next: number) => void;
}) {
  if (stepOf(spec) === undefined) return null;
  const next = stepped(draft, { direction, spec });
  return (
    <button
      type="button"
      class="button"
      disabled={isDisabled || next === undefined}
      aria-label={direction < 0 ? text.less(label) : text.more(label)}
      onClick={() => next !== undefined && onStep(next)}
    >
      <Icon name={direction < 0 ? "minus" : "plus"} />
    </button>
  );
}
