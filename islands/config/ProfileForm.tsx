import { useEffect, useState } from "preact/hooks";
import { fullKeyLabel, Icon, keyLabel, sectionLabel, sectionOf } from "../../lib/ui/mod.ts";
import type { ConfigJson, ConfigKeyView } from "../../lib/wire/mod.ts";
import { nameFrom } from "./name_from.ts";
import type { ProfileDesk, ProfileDraft } from "./use_profiles.ts";
import ValueEditor from "./ValueEditor.tsx";

const text = {
  name: "Name",
  namePlaceholder: "winter-trip",
  description: "What it is for",
  inherits: "On top of",
  nothing: "Nothing",
  present: "It takes in what you have set at present.",
  settings: "What it sets",
  empty: "It sets nothing yet.",
  add: "Add a setting…",
  remove: (label: string) => `Take ${label} out`,
  unknown: "This program does not know this setting.",
  save: "Save the profile",
  cancel: "Cancel",
  loading: "One moment…",
};

interface Props {
  readonly desk: ProfileDesk;
  readonly first: ProfileDraft;
  /** The profile is there and keeps its name. */
  readonly isKnown: boolean;
  readonly onClose: () => void;
}

/** Makes a profile, or edits one. */
export default function ProfileForm({ desk, first, isKnown, onClose }: Props) {
  const [draft, setDraft] = useState(first);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const refused = await desk.save(draft, { replace: isKnown });
    setBusy(false);
    setRefusal(refused);
    if (refused === undefined) onClose();
  };
  return (
    <div class="profile-form">
      <Facts desk={desk} draft={draft} isKnown={isKnown} onChange={setDraft} />
      {draft.overrides === undefined ? <p class="muted">{text.present}</p> : (
        <Overrides
          desk={desk}
          overrides={draft.overrides}
          onChange={(overrides) => setDraft((before) => ({ ...before, overrides }))}
        />
      )}
      {refusal !== undefined && <p class="editor__wrong" role="alert">{refusal}</p>}
      <div class="actions actions--even">
        <button
          type="button"
          class="button button--save"
          disabled={!desk.isFree || isBusy || draft.name === ""}
          onClick={() => void save()}
        >
          {text.save}
        </button>
        <button type="button" class="button" onClick={onClose}>{text.cancel}</button>
      </div>
    </div>
  );
}

interface FactsProps extends Pick<Props, "desk" | "isKnown"> {
  readonly draft: ProfileDraft;
  readonly onChange: (draft: ProfileDraft) => void;
}

function Facts({ desk, draft, isKnown, onChange }: FactsProps) {
  const others = desk.profiles.filter(({ name }) => name !== draft.name);
  return (
    <>
      {!isKnown && (
        <label class="field">
          <span>{text.name}</span>
          <input
            type="text"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder={text.namePlaceholder}
            value={draft.name}
            onInput={(event) =>
              onChange({ ...draft, name: event.currentTarget.value = nameFrom(event.currentTarget.value) })}
          />
        </label>
      )}
      <label class="field">
        <span>{text.description}</span>
        <textarea
          rows={2}
          maxLength={500}
          value={draft.description}
          onInput={(event) => onChange({ ...draft, description: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>{text.inherits}</span>
        <select
          value={draft.inherits ?? ""}
          onChange={(event) => onChange({ ...draft, inherits: event.currentTarget.value || null })}
        >
          <option value="">{text.nothing}</option>
          {others.map(({ name }) => <option key={name} value={name}>{name}</option>)}
        </select>
      </label>
    </>
  );
}

type Settings = Readonly<Record<string, ConfigJson>>;

function Overrides(
  { desk, overrides, onChange }: {
    readonly desk: ProfileDesk;
    readonly overrides: Settings;
    readonly onChange: (overrides: Settings) => void;
  },
) {
  const [all, setAll] = useState<readonly ConfigKeyView[] | undefined>(undefined);
  useEffect(() => void desk.loadKeys().then(setAll), []);
  if (!all) return <p class="muted">{text.loading}</p>;
  const rest = all.filter(({ key, who, secret }) => who === "owner" && !secret && !(key in overrides));
  const add = (key: string) => {
    const spec = all.find((one) => one.key === key);
    if (spec) onChange({ ...overrides, [key]: spec.value ?? emptyOf(spec) });
  };
  return (
    <>
      <h3>{text.settings}</h3>
      {Object.keys(overrides).length === 0 && <p class="muted">{text.empty}</p>}
      {Object.entries(overrides).map(([key, value]) => (
        <div key={key} class="profile-form__key">
          <div class="profile-form__head">
            <b>{fullKeyLabel(key)}</b>
            <button
              type="button"
              class="button"
              aria-label={text.remove(fullKeyLabel(key))}
              onClick={() => onChange(Object.fromEntries(Object.entries(overrides).filter(([one]) => one !== key)))}
            >
              <Icon name="close" />
            </button>
          </div>
          <Editor
            spec={all.find((one) => one.key === key)}
            value={value}
            onChange={(value) => onChange({ ...overrides, [key]: value })}
          />
        </div>
      ))}
      <label class="field">
        <span class="visually-hidden">{text.add}</span>
        <select value="" onChange={(event) => add(event.currentTarget.value)}>
          <option value="">{text.add}</option>
          {[...Map.groupBy(rest, ({ key }) => sectionOf(key))].map(([section, keys]) => (
            <optgroup key={section} label={sectionLabel(section)}>
              {keys.map(({ key }) => <option key={key} value={key}>{keyLabel(key)}</option>)}
            </optgroup>
          ))}
        </select>
      </label>
    </>
  );
}

function Editor(
  { spec, value, onChange }: {
    readonly spec: ConfigKeyView | undefined;
    readonly value: ConfigJson;
    readonly onChange: (value: ConfigJson) => void;
  },
) {
  if (!spec) return <p class="is-warning">{text.unknown}</p>;
  return (
    <ValueEditor spec={spec} label={keyLabel(spec.key)} value={value} isDisabled={false} isDraft onChange={onChange} />
  );
}

/** Where a key has no value yet: the least that its type takes. */
function emptyOf({ type, minimum = 0, choices = [] }: ConfigKeyView): ConfigJson {
  switch (type) {
    case "switch":
      return false;
    case "number":
    case "integer":
      return minimum;
    case "choice":
      return choices[0] ?? "";
    case "list":
      return [];
    case "table":
      return {};
    case "text":
    case "secret":
      return "";
    default:
      return type satisfies never;
  }
}
