import { useState } from "preact/hooks";
import { Icon } from "../../lib/ui/mod.ts";
import type { ConfigJson } from "../../lib/wire/mod.ts";
import type { EditorProps } from "./editor.ts";
import JsonEditor from "./JsonEditor.tsx";

const text = {
  add: "Add",
  placeholder: "One more",
  remove: (item: string) => `Remove ${item}`,
  none: "Nothing in the list.",
};

/** A list of texts or of numbers, item by item; any other list is edited as JSON. */
export default function ListEditor(props: EditorProps) {
  const { label, value, isDisabled, onChange } = props;
  const [draft, setDraft] = useState("");
  const items: readonly ConfigJson[] = Array.isArray(value) ? value : [];
  const isOfNumbers = items.length > 0 && items.every((item) => typeof item === "number");
  if (!isOfNumbers && !items.every((item) => typeof item === "string")) {
    return <JsonEditor key={JSON.stringify(value)} {...props} />;
  }
  const added = isOfNumbers ? Number(draft) : draft.trim();
  const canAdd = draft.trim() !== "" && !Number.isNaN(added);
  return (
    <div class="list">
      {items.length === 0 && <p class="muted">{text.none}</p>}
      {items.map((item, i) => (
        <div key={i} class="list__item">
          <span>{String(item)}</span>
          <button
            type="button"
            class="button"
            disabled={isDisabled}
            aria-label={text.remove(String(item))}
            onClick={() => onChange(items.filter((_, other) => other !== i))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <form
        class="editor"
        onSubmit={(event) => {
          event.preventDefault();
          if (!canAdd) return;
          onChange([...items, added]);
          setDraft("");
        }}
      >
        <label class="field">
          <span class="visually-hidden">{label}</span>
          <input
            type="text"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder={text.placeholder}
            value={draft}
            disabled={isDisabled}
            onInput={(event) => setDraft(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button" disabled={isDisabled || !canAdd}>{text.add}</button>
      </form>
    </div>
  );
}
