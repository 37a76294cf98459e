import { useEffect, useState } from "preact/hooks";
import { choiceLabel, firstValue, type FormField, numbersOf, shownChoices, variantOf } from "../../lib/ui/mod.ts";
import type { MappingJson } from "../../lib/wire/mod.ts";

type Json = { readonly [key: string]: MappingJson };

const text = {
  leaveOut: "Not set",
  standard: (value: string) => `As usual: ${value}`,
  yes: "Yes",
  no: "No",
  range: (minimum: number, maximum: number) => `${minimum} to ${maximum}`,
  numbersHelp: "Numbers with commas between: several outputs are switched as one.",
  badNumbers: (minimum: number, maximum: number) => `Whole numbers from ${minimum} to ${maximum}, with commas between.`,
  badJson: "This is no JSON yet.",
  optional: (label: string) => `${label}: set`,
};

interface FormProps {
  readonly fields: readonly FormField[];
  readonly value: Json;
  readonly isDisabled: boolean;
  readonly onChange: (value: Json) => void;
  /** Something stands in a field that is no value; it keeps the form from being saved. */
  readonly onWrong: (path: string, isWrong: boolean) => void;
  /** Where in the definition these fields are. */
  readonly path?: string;
}

/** A form for what a kind needs, made of its schema. */
export default function KindForm({ fields, value, isDisabled, onChange, onWrong, path = "" }: FormProps) {
  const set = (key: string, next: MappingJson | undefined) => {
    const { [key]: _, ...rest } = value;
    onChange(next === undefined ? rest : { ...rest, [key]: next });
  };
  return (
    <>
      {fields.map((field) => (
        <Field
          key={field.key}
          field={field}
          value={value[field.key]}
          isDisabled={isDisabled}
          path={`${path}/${field.key}`}
          onChange={(next) => set(field.key, next)}
          onWrong={onWrong}
        />
      ))}
    </>
  );
}

interface FieldProps {
  readonly field: FormField;
  readonly value: MappingJson | undefined;
  readonly isDisabled: boolean;
  readonly path: string;
  readonly onChange: (value: MappingJson | undefined) => void;
  readonly onWrong: (path: string, isWrong: boolean) => void;
}

function Field(props: FieldProps) {
  const { field } = props;
  switch (field.type) {
    case "constant":
      return null;
    case "number":
      return <NumberField {...props} field={field} />;
    case "numbers":
      return <NumbersField {...props} field={field} />;
    case "choice":
      return (
        <SelectField
          {...props}
          options={shownChoices(field.choices, props.value).map((choice) =>
            [choice, sentenceCase(choiceLabel(choice))] as const
          )}
        />
      );
    case "switch":
      return <SelectField {...props} options={[["true", text.yes], ["false", text.no]]} />;
    case "group":
      return <GroupField {...props} field={field} />;
    case "variants":
      return <VariantsField {...props} field={field} />;
    case "text":
      return <TextField {...props} maxLength={field.maxLength} />;
    case "json":
      return <JsonField {...props} />;
    default:
      return field satisfies never;
  }
}

type Of<T extends FormField["type"]> = FieldProps & { readonly field: Extract<FormField, { readonly type: T }> };

function NumberField({ field, value, isDisabled, path, onChange }: Of<"number">) {
  return (
    <label class="field">
      <span>{field.label}</span>
      <input
        type="number"
        inputMode="numeric"
        name={path}
        min={field.minimum}
        max={field.maximum}
        step={1}
        required={field.required}
        disabled={isDisabled}
        value={typeof value === "number" ? value : ""}
        placeholder={standardOf(field) ?? text.range(field.minimum, field.maximum)}
        onInput={({ currentTarget: { valueAsNumber } }) =>
          onChange(Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)}
      />
    </label>
  );
}

function NumbersField({ field, value, isDisabled, path, onChange, onWrong }: Of<"numbers">) {
  const [typed, setTyped] = useState(() => Array.isArray(value) ? value.join(", ") : "");
  const numbers = numbersOf(typed, field);
  useEffect(() => () => onWrong(path, false), [path]);
  return (
    <label class="field">
      <span>{field.label}</span>
      <input
        type="text"
        inputMode="numeric"
        autocomplete="off"
        name={path}
        required={field.required}
        disabled={isDisabled}
        value={typed}
        aria-invalid={numbers === undefined}
        placeholder={text.range(field.minimum, field.maximum)}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          const next = numbersOf(currentTarget.value, field);
          onWrong(path, next === undefined);
          if (next !== undefined) onChange(next.length === 0 ? undefined : next);
        }}
      />
      <small class={numbers ? "muted" : "is-bad"}>
        {numbers ? text.numbersHelp : text.badNumbers(field.minimum, field.maximum)}
      </small>
    </label>
  );
}

function SelectField(
  { field, value, isDisabled, path, onChange, options }: FieldProps & {
    readonly options: readonly (readonly [key: string, words: string])[];
  },
) {
  const chosen = value === undefined ? "" : String(value);
  const standard = options.find(([key]) => key === String(field.standard))?.[1];
  return (
    <label class="field">
      <span>{field.label}</span>
      <select
        name={path}
        disabled={isDisabled}
        onChange={({ currentTarget: { value: key } }) =>
          onChange(key === "" ? undefined : field.type === "switch" ? key === "true" : key)}
      >
        {(!field.required || value === undefined) && (
          <option value="" selected={chosen === ""}>
            {standard === undefined ? text.leaveOut : text.standard(standard)}
          </option>
        )}
        {options.map(([key, words]) => <option key={key} value={key} selected={chosen === key}>{words}</option>)}
      </select>
    </label>
  );
}

function TextField(
  { field, value, isDisabled, path, onChange, maxLength }: FieldProps & { readonly maxLength: number },
) {
  return (
    <label class="field">
      <span>{field.label}</span>
      <input
        type="text"
        name={path}
        autocomplete="off"
        spellcheck={false}
        maxLength={maxLength}
        required={field.required}
        disabled={isDisabled}
        value={typeof value === "string" ? value : ""}
        onInput={({ currentTarget }) => onChange(currentTarget.value === "" ? undefined : currentTarget.value)}
      />
    </label>
  );
}

/** Several fields that belong together; one that need not be there has a switch of its own. */
function GroupField({ field, value, isDisabled, path, onChange, onWrong }: Of<"group">) {
  const isThere = isObject(value);
  return (
    <fieldset class="group">
      <legend>{field.label}</legend>
      {!field.required && (
        <label class="word">
          <input
            type="checkbox"
            checked={isThere}
            disabled={isDisabled}
            onChange={({ currentTarget }) => onChange(currentTarget.checked ? firstValue(field.fields) : undefined)}
          />
          <span>{text.optional(field.label)}</span>
        </label>
      )}
      {(isThere || field.required) && (
        <KindForm
          fields={field.fields}
          value={isThere ? value : {}}
          isDisabled={isDisabled}
          path={path}
          onChange={onChange}
          onWrong={onWrong}
        />
      )}
    </fieldset>
  );
}

function VariantsField({ field, value, isDisabled, path, onChange, onWrong }: Of<"variants">) {
  const current = variantOf(field.variants, value);
  const fields = field.variants[current]?.fields ?? [];
  return (
    <fieldset class="group">
      <legend>{field.label}</legend>
      <label class="field">
        <span class="visually-hidden">{field.label}</span>
        <select
          name={path}
          disabled={isDisabled}
          onChange={({ currentTarget }) =>
            onChange(firstValue(field.variants[Number(currentTarget.value)]?.fields ?? []))}
        >
          {field.variants.map(({ label }, i) => <option key={label} value={i} selected={i === current}>{label}
          </option>)}
        </select>
      </label>
      <KindForm
        key={current}
        fields={fields}
        value={isObject(value) ? value : {}}
        isDisabled={isDisabled}
        path={path}
        onChange={onChange}
        onWrong={onWrong}
      />
    </fieldset>
  );
}

/** What has no form: the JSON itself. */
function JsonField({ field, value, isDisabled, path, onChange, onWrong }: FieldProps) {
  const [typed, setTyped] = useState(() => value === undefined ? "" : JSON.stringify(value, null, 2));
  const [isWrong, setWrong] = useState(false);
  useEffect(() => () => onWrong(path, false), [path]);
  return (
    <label class="field">
      <span>{field.label}</span>
      <textarea
        rows={4}
        name={path}
        spellcheck={false}
        disabled={isDisabled}
        value={typed}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          const parsed = parse(currentTarget.value);
          setWrong(parsed === "wrong");
          onWrong(path, parsed === "wrong");
          if (parsed !== "wrong") onChange(parsed?.value);
        }}
      />
      {isWrong && <small class="is-bad">{text.badJson}</small>}
    </label>
  );
}

function parse(typed: string): { readonly value: MappingJson } | undefined | "wrong" {
  if (typed.trim() === "") return undefined;
  try {
    return { value: JSON.parse(typed) };
  } catch {
    // Half a text on its way to a whole one.
    return "wrong";
  }
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function standardOf({ standard }: FormField): string | undefined {
  return standard === undefined ? undefined : text.standard(String(standard));
}

function isObject(value: MappingJson | undefined): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
