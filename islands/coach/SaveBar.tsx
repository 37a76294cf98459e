const text = {
  reason: "Why (if you want to say)",
  save: "Save",
  busy: "Saving…",
  wrong: "Something above is not right yet.",
  unchanged: "Nothing was changed.",
};

interface Props {
  readonly reason: string;
  /** The form may be sent. */
  readonly isFree: boolean;
  readonly isBusy: boolean;
  readonly isChanged: boolean;
  /** What is missing or wrong; none: it can be saved. */
  readonly problems: readonly string[];
  readonly onReason: (reason: string) => void;
}

/** The end of a form: a reason that may stay empty, and the button. */
export default function SaveBar({ reason, isFree, isBusy, isChanged, problems, onReason }: Props) {
  return (
    <div class="save">
      <label class="field">
        <span>{text.reason}</span>
        <input
          type="text"
          name="reason"
          maxLength={300}
          autocomplete="off"
          value={reason}
          disabled={!isFree}
          onInput={({ currentTarget }) => onReason(currentTarget.value)}
        />
      </label>
      {isChanged && problems.length > 0 && <p class="is-warning">{problems[0] ?? text.wrong}</p>}
      <button
        type="submit"
        class="button button--accent button--wide"
        disabled={!isFree || !isChanged || problems.length > 0}
      >
        {isBusy ? text.busy : text.save}
      </button>
    </div>
  );
}
