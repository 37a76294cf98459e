import { useState } from "preact/hooks";
import {
  fromTemperatureUnit,
  humanize,
  isCelsius,
  signalLabel,
  type TemperatureUnit,
  toTemperatureUnit,
} from "../../lib/wire/mod.ts";
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
          temperature={control.temperature}
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
            isDisabled={command.parameters.some(({ name, required }) => required && values[name] === undefined)}
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
    if (parameter.type === "choice") values[parameter.name] = parameter.choices[0] ?? "";
    if (parameter.type === "boolean") values[parameter.name] = true;
  }
  return values;
}

interface FieldProps {
  readonly parameter: ParameterSpec;
  readonly value: number | string | boolean | undefined;
  readonly temperature: TemperatureUnit;
  readonly isDisabled: boolean;
  readonly onChange: (value: number | string | boolean | undefined) => void;
}

function ParameterField(props: FieldProps) {
  const { parameter, value, isDisabled, onChange } = props;
  return (
    <label class="field">
      <span>{signalLabel(parameter.name)}</span>
      {parameter.type === "number" ? <NumberInput {...props} /> : (
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

/** Temperatures are typed in the unit of the screen, and sent in Celsius. */
function NumberInput({ parameter, value, temperature, isDisabled, onChange }: FieldProps) {
  const [typed, setTyped] = useState("");
  if (parameter.type !== "number") return null;
  const isFahrenheit = isCelsius(parameter.unit) && temperature === "F";
  const shown = (celsius: number) => isFahrenheit ? Math.round(toTemperatureUnit(celsius, "F")) : celsius;
  const unit = isCelsius(parameter.unit) ? `°${temperature}` : parameter.unit;
  return (
    <span class="field__number">
      <input
        type="number"
        inputMode="decimal"
        min={shown(parameter.min)}
        max={shown(parameter.max)}
        step={isFahrenheit ? 1 : parameter.step}
        required={parameter.required}
        disabled={isDisabled}
        value={value === undefined ? "" : typed}
        placeholder={text.bounds(String(shown(parameter.min)), String(shown(parameter.max)))}
        onInput={(event) => {
          const next = event.currentTarget.valueAsNumber;
          setTyped(event.currentTarget.value);
          onChange(Number.isNaN(next) ? undefined : isFahrenheit ? fromTemperatureUnit(next, "F") : next);
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
