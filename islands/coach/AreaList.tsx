import { useState } from "preact/hooks";
import { entityIdOf } from "../../lib/ui/mod.ts";
import type { MappingView } from "../../lib/wire/mod.ts";
import { jsonRequest, mappingAddress, pointerOf } from "./ask_coach.ts";
import type { CoachDesk } from "./use_coach.ts";

const text = {
  title: "Areas",
  help: "What they are called, and new ones. A device moves to another area in its own form.",
  name: (name: string) => `Name of ${name}`,
  save: "Save",
  saved: (name: string) => `The area is called ${name}.`,
  fresh: "New area",
  add: "Add",
  added: (name: string) => `${name} is added.`,
};

/** The areas, each to be called otherwise. */
export default function AreaList({ areas, desk }: { readonly areas: MappingView["areas"]; readonly desk: CoachDesk }) {
  const put = (key: string, name: string, done: string) =>
    desk.change(mappingAddress(pointerOf("areas", key)), jsonRequest("PUT", { value: name }), { done });
  return (
    <details class="card areas">
      <summary>
        <b>{text.title}</b>
        <span class="count">{areas.length}</span>
      </summary>
      <p class="muted">{text.help}</p>
      {areas.map(({ key, name }) => (
        <AreaName
          key={`${key} ${name}`}
          label={text.name(name)}
          first={name}
          button={text.save}
          desk={desk}
          onSave={(next) => put(key, next, text.saved(next))}
        />
      ))}
      <AreaName
        key={areas.length}
        label={text.fresh}
        first=""
        button={text.add}
        desk={desk}
        onSave={(next) => put(freeKey(next, areas), next, text.added(next))}
      />
    </details>
  );
}

function freeKey(name: string, areas: MappingView["areas"]): string {
  const wanted = entityIdOf(name).slice(0, 36) || "area";
  const taken = new Set(areas.map(({ key }) => key));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}_${number}`)) number++;
  return `${wanted}_${number}`;
}

interface NameProps {
  readonly label: string;
  readonly first: string;
  readonly button: string;
  readonly desk: CoachDesk;
  readonly onSave: (name: string) => Promise<unknown>;
}

function AreaName({ label, first, button, desk, onSave }: NameProps) {
  const [name, setName] = useState(first);
  const isChanged = name.trim() !== first && name.trim() !== "";
  return (
    <form
      class="areas__one"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) void onSave(name.trim());
      }}
    >
      <label class="field">
        <span class={first === "" ? "" : "visually-hidden"}>{label}</span>
        <input
          type="text"
          maxLength={40}
          value={name}
          disabled={!desk.isFree}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" disabled={!desk.isFree || !isChanged}>{button}</button>
    </form>
  );
}
