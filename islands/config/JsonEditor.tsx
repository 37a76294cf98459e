import { useState } from "preact/hooks";
import type { ConfigJson } from "../../lib/wire/mod.ts";
import { type EditorProps, editorText } from "./editor.ts";

const text = {
  help: "As JSON.",
  noTable: 'Expected a table, as {"name": 1}.',
  noList: 'Expected a list, as ["one", "two"].',
  noJson: (why: string) => `This is no JSON: ${why}.`,
};

/** A table or a list of more than plain items, as JSON. */
export default function JsonEditor({ spec, label, value, isDisabled, isDraft = false, onChange }: EditorProps) {
  const known = JSON.stringify(value ?? (spec.type === "list" ? [] : {}), null, 2);
  const [draft, setDraft] = useState(known);
  const read = parse(draft, spec.type === "list");
  const isChanged = draft !== known;
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && "value" in read) onChange(read.value);
      }}
    >
      <label class="field">
        <span class="visually-hidden">{label}</span>
        <textarea
          class="editor__json"
          rows={Math.min(12, draft.split("\n").length + 1)}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={draft}
          disabled={isDisabled}
          aria-invalid={"wrong" in read}
          onInput={(event) => {
            const typed = event.currentTarget.value;
            setDraft(typed);
            const now = parse(typed, spec.type === "list");
            if (isDraft && "value" in now) onChange(now.value);
          }}
        />
        <span>{text.help}</span>
      </label>
      {isChanged && !isDraft && (
        <button type="submit" class="button button--save" disabled={isDisabled || "wrong" in read}>
          {editorText.save}
        </button>
      )}
      {isChanged && "wrong" in read && <p class="editor__wrong" role="alert">{read.wrong}</p>}
    </form>
  );
}

function parse(typed: string, isList: boolean): { readonly value: ConfigJson } | { readonly wrong: string } {
  try {
    const value: ConfigJson = JSON.parse(typed);
    const fits = isList ? Array.isArray(value) : typeof value === "object" && value !== null && !Array.isArray(value);
    return fits ? { value } : { wrong: isList ? text.noList : text.noTable };
  } catch (error) {
    return { wrong: text.noJson(error instanceof Error ? error.message : String(error)) };
  }
}
