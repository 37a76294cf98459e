import { useState } from "preact/hooks";
import { configValueWords, Icon } from "../../lib/ui/mod.ts";
import type { ConfigJson } from "../../lib/wire/mod.ts";
import type { EditorProps } from "./editor.ts";
import JsonEditor from "./JsonEditor.tsx";

const text = {
  none: "Nothing in the table.",
  name: "Name",
  value: "Value",
  add: "Add",
  choose: "Choose…",
  remove: (name: string) => `Remove ${name}`,
};

type Table = Readonly<Record<string, ConfigJson>>;

/** A table of plain values under names that people choose, line by line; any other table is edited as JSON. */
export default function TableEditor(props: EditorProps) {
  const { value, isDisabled, onChange } = props;
  const table: Table = typeof value === "object" && value !== null && !Array.isArray(value) ? value as Table : {};
  const entries = Object.entries(table);
  if (entries.some(([, one]) => typeof one === "object")) {
    return <JsonEditor key={props.isDraft ? undefined : JSON.stringify(value)} {...props} />;
  }
  const isOfNumbers = entries.length > 0 && entries.every(([, one]) => typeof one === "number");
  return (
    <div class="list">
      {entries.length === 0 && <p class="muted">{text.none}</p>}
      {entries.map(([name, one]) => (
        <div key={name} class="list__item">
          <span>{name}</span>
          <b>{configValueWords(one, props.spec)}</b>
          <button
            type="button"
            class="button"
            disabled={isDisabled}
            aria-label={text.remove(name)}
            onClick={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== name)))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <LineForm
        {...props}
        onAdd={(name, typed) => onChange({ ...table, [name]: isOfNumbers ? Number(typed) : typed })}
      />
    </div>
  );
}

/** One more line; a name that is there gets the new value. */
function LineForm(
  { spec, isDisabled, onAdd }: EditorProps & { readonly onAdd: (name: string, typed: string) => void },
) {
  const [name, setName] = useState("");
  const [typed, setTyped] = useState("");
  const canAdd = name.trim() !== "" && typed.trim() !== "";
  const plain = { autocomplete: "off", autocapitalize: "none", spellcheck: false, disabled: isDisabled } as const;
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (!canAdd) return;
        onAdd(name.trim(), typed.trim());
        setName("");
        setTyped("");
      }}
    >
      <label class="field field--short">
        <span>{text.name}</span>
        <input type="text" {...plain} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label class="field field--short">
        <span>{text.value}</span>
        {spec.choices
          ? (
            <select value={typed} disabled={isDisabled} onChange={(event) => setTyped(event.currentTarget.value)}>
              <option value="">{text.choose}</option>
              {spec.choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
            </select>
          )
          : <input type="text" {...plain} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />}
      </label>
      <button type="submit" class="button" disabled={isDisabled || !canAdd}>{text.add}</button>
    </form>
  );
}
