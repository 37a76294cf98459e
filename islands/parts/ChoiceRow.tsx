import { humanize } from "../../lib/wire/mod.ts";
import ConfirmButton from "./ConfirmButton.tsx";
import type { Control, Spec } from "./control.ts";

/** The standard's words that are too long for a button. */
const shortWords: Readonly<Record<string, string>> = {
  auto_heat_cool: "Auto",
  automatic: "Auto",
  fan_only: "Fan",
  aux_heat: "Aux heat",
  gas_electric: "Gas + electric",
};

interface Props {
  readonly control: Control;
  /** A command with one choice. */
  readonly command: Spec;
  /** The word the coach states. */
  readonly current: string | undefined;
}

/** One button per choice; the pressed one is what the coach states. */
export default function ChoiceRow({ control, command, current }: Props) {
  const parameter = command.parameters[0];
  if (parameter?.type !== "choice") return null;
  return (
    <div class="choices" role="group" aria-label={command.label}>
      {parameter.choices.map((choice) => (
        <ConfirmButton
          key={choice}
          control={control}
          class="button choice"
          isPressed={choice === current}
          onConfirm={() => void control.run(command.name, { [parameter.name]: choice })}
        >
          {shortWords[choice] ?? sentenceCase(humanize(choice))}
        </ConfirmButton>
      ))}
    </div>
  );
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
