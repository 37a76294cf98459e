import { type Draft, formOfKind } from "../../lib/ui/mod.ts";
import type { MappingJson, MappingView } from "../../lib/wire/mod.ts";
import KindForm from "./KindForm.tsx";

const text = {
  name: "Name",
  area: "Area",
  areaHelp: "New areas are made in the list of devices.",
  hidden: "Hidden",
  hiddenHelp: "On no page but the list of everything. It works all the same.",
  wiring: "How the bus knows it",
  noWiring: "There is one of its kind on a coach, so nothing is to be said.",
  noForm: "This kind has no form here.",
  provenance: "How it is known",
  verified: "I saw it work",
  verifiedHelp: "What nobody saw work asks for a hold before its first use.",
  evidence: "What was seen",
};

interface Props {
  readonly draft: Draft;
  readonly areas: MappingView["areas"];
  /** JSON Schema of its kind. */
  readonly schema: MappingJson | undefined;
  readonly isDisabled: boolean;
  readonly onChange: (draft: Draft) => void;
  readonly onWrong: (path: string, isWrong: boolean) => void;
}

/** The form of a device: what every kind has, what its kind needs, and how all that is known. */
export default function DeviceForm({ draft, areas, schema, isDisabled, onChange, onWrong }: Props) {
  const set = (field: string, value: MappingJson) => onChange({ ...draft, [field]: value });
  const fields = formOfKind(schema);
  const area = String(draft["area"] ?? "");
  const known = areas.some(({ key }) => key === area) ? areas : [...areas, { key: area, name: area, edited: false }];
  return (
    <>
      <label class="field">
        <span>{text.name}</span>
        <input
          type="text"
          name="/name"
          required
          maxLength={80}
          autocomplete="off"
          disabled={isDisabled}
          value={String(draft["name"] ?? "")}
          onInput={({ currentTarget }) => set("name", currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{text.area}</span>
        <select name="/area" disabled={isDisabled} onChange={({ currentTarget }) => set("area", currentTarget.value)}>
          {known.map(({ key, name }) => <option key={key} value={key} selected={key === area}>{name}</option>)}
        </select>
        <small class="muted">{text.areaHelp}</small>
      </label>
      <Tick
        name="/hidden"
        label={text.hidden}
        help={text.hiddenHelp}
        isOn={draft["hidden"] === true}
        isDisabled={isDisabled}
        onChange={(isOn) => set("hidden", isOn)}
      />
      <fieldset class="group">
        <legend>{text.wiring}</legend>
        {fields.length === 0 && <p class="muted">{schema === undefined ? text.noForm : text.noWiring}</p>}
        <KindForm
          fields={fields}
          value={draft}
          isDisabled={isDisabled}
          onChange={onChange}
          onWrong={onWrong}
        />
      </fieldset>
      <Provenance draft={draft} isDisabled={isDisabled} onChange={(provenance) => set("provenance", provenance)} />
    </>
  );
}

function Provenance(
  { draft, isDisabled, onChange }: {
    readonly draft: Draft;
    readonly isDisabled: boolean;
    readonly onChange: (provenance: Draft) => void;
  },
) {
  const provenance = (draft["provenance"] ?? {}) as Draft;
  return (
    <fieldset class="group">
      <legend>{text.provenance}</legend>
      <Tick
        name="/provenance/verified"
        label={text.verified}
        help={text.verifiedHelp}
        isOn={provenance["verified"] === true}
        isDisabled={isDisabled}
        onChange={(verified) => onChange({ ...provenance, verified })}
      />
      <label class="field">
        <span>{text.evidence}</span>
        <textarea
          rows={2}
          name="/provenance/evidence"
          maxLength={500}
          disabled={isDisabled}
          value={String(provenance["evidence"] ?? "")}
          onInput={({ currentTarget: { value } }) => {
            const { evidence: _, ...rest } = provenance;
            onChange(value === "" ? rest : { ...rest, evidence: value });
          }}
        />
      </label>
    </fieldset>
  );
}

function Tick(
  { name, label, help, isOn, isDisabled, onChange }: {
    readonly name: string;
    readonly label: string;
    readonly help: string;
    readonly isOn: boolean;
    readonly isDisabled: boolean;
    readonly onChange: (isOn: boolean) => void;
  },
) {
  return (
    <label class="word">
      <input
        type="checkbox"
        name={name}
        checked={isOn}
        disabled={isDisabled}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>
        <b>{label}</b>
        <span class="muted">{help}</span>
      </span>
    </label>
  );
}
