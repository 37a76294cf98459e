import { useState } from "preact/hooks";
import { humanize, signalLabel } from "../../lib/wire/mod.ts";
import ConfirmButton from "./ConfirmButton.tsx";
import type { Control, Parameters, Spec } from "./control.ts";
import HoldButton from "./HoldButton.tsx";
import { stopOf } from "./control.ts";

type ParameterSpec = Spec["parameters"][number];

const text = {
  leaveOut: "leave out",
  on: "On",
  off: "Off",
  bounds: (low: string, high: string) => `${low} to ${high}`,
};

/** Any command as a form: a field per parameter, with its bounds, and one button. */
export default function CommandForm({ control, command }: { readonly control: Control; readonly command: Spec }) {
  const [values, setValues] = useState<Parameters>(() => firstValues(command));
  const set = (name: string, value: number | string | boolean | undefined) => {
    const { [name]: _, ...rest } = values;
    setValues(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <form class="command" data-command={command.name} onSubmit={(event) => event.preventDefault()}>
      <p class="command__help">
        <b>{command.label}</b>
        <span class="muted">{command.help}</span>
      </p>
      {command.parameters.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name]}
          isDisabled={!control.isEnabled}
          onChange={(value) => set(parameter.name, value)}
        />
      ))}
      {command.held
        ? (
          <HoldButton control={control} command={command} stop={stopOf(control, command)}>
            <span>{command.label}</span>
          </HoldButton>
        )
        : (
          <ConfirmButton
            control={control}
            alwaysHold={command.needsArming === true}
            onConfirm={() => void control.run(command.name, values)}
          >
            {command.label}
          </ConfirmButton>
        )}
    </form>
  );
}

function firstValues(command: Spec): Parameters {
  const values: Record<string, number | string | boolean> = {};
  for (const parameter of command.parameters) {
    if (!parameter.required) continue;
    if (parameter.type === "number") values[parameter.name] = parameter.min;
    if (parameter.type === "choice") values[parameter.name] = parameter.choices[0] ?? "";
    if (parameter.type === "boolean") values[parameter.name] = true;
  }
  return values;
}

interface FieldProps {
  readonly parameter: ParameterSpec;
  readonly value: number | string | boolean | undefined;
  readonly isDisabled: boolean;
  readonly onChange: (value: number | string | boolean | undefined) => void;
}

function ParameterField({ parameter, value, isDisabled, onChange }: FieldProps) {
  return (
    <label class="field">
      <span>{signalLabel(parameter.name)}</span>
      {parameter.type === "number"
        ? <NumberInput parameter={parameter} value={value} isDisabled={isDisabled} onChange={onChange} />
        : (
          <select
            disabled={isDisabled}
            onChange={(event) => onChange(fromOption(parameter, event.currentTarget.value))}
          >
            {!parameter.required && <option value="">{text.leaveOut}</option>}
            {options(parameter).map(([key, words]) => (
              <option key={key} value={key} selected={String(value) === key}>{words}</option>
            ))}
          </select>
        )}
      <small class="muted">{parameter.help}</small>
    </label>
  );
}

function NumberInput({ parameter, value, isDisabled, onChange }: FieldProps) {
  if (parameter.type !== "number") return null;
  const unit = parameter.unit === "degC" ? "°C" : parameter.unit;
  return (
    <span class="field__number">
      <input
        type="number"
        inputMode="decimal"
        min={parameter.min}
        max={parameter.max}
        step={parameter.step}
        required={parameter.required}
        disabled={isDisabled}
        value={typeof value === "number" ? value : ""}
        placeholder={text.bounds(String(parameter.min), String(parameter.max))}
        onInput={(event) => {
          const next = event.currentTarget.valueAsNumber;
          onChange(Number.isNaN(next) ? undefined : next);
        }}
      />
      {unit && <span>{unit}</span>}
    </span>
  );
}

function options(parameter: ParameterSpec): readonly (readonly [string, string])[] {
  if (parameter.type === "boolean") return [["true", text.on], ["false", text.off]];
  return parameter.type === "choice" ? parameter.choices.map((choice) => [choice, humanize(choice)] as const) : [];
}

function fromOption(parameter: ParameterSpec, key: string): string | boolean | undefined {
  if (key === "") return undefined;
  return parameter.type === "boolean" ? key === "true" : key;
}
