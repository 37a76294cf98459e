import { useState } from "preact/hooks";
import { type EditorProps, editorText } from "./editor.ts";

/** A line of text; it is saved when its writer says so. */
export default function TextEditor({ label, value, isDisabled, isDraft = false, onChange }: EditorProps) {
  const known = typeof value === "string" ? value : "";
  const [draft, setDraft] = useState(known);
  const isChanged = draft !== known;
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) onChange(draft);
      }}
    >
      <label class="field">
        <span class="visually-hidden">{label}</span>
        <input
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={draft}
          disabled={isDisabled}
          onInput={(event) => {
            setDraft(event.currentTarget.value);
            if (isDraft) onChange(event.currentTarget.value);
          }}
        />
      </label>
      {isChanged && !isDraft && (
        <button type="submit" class="button button--save" disabled={isDisabled}>{editorText.save}</button>
      )}
    </form>
  );
}
