import { booleanOf } from "../../lib/ui/mod.ts";
import ConfirmButton from "./ConfirmButton.tsx";
import type { Control } from "./control.ts";

interface Props {
  readonly control: Control;
  /** Names of commands that the tile offers otherwise. */
  readonly without: readonly string[];
}

/** A button for each command that is one press. Of lock and unlock the one that the coach states is pressed. */
export default function PressButtons({ control, without }: Props) {
  const { commands, state } = control.entity;
  const pressable = commands.filter(({ name, parameters, held }) =>
    parameters.length === 0 && !held && !without.includes(name)
  );
  if (pressable.length === 0 || commands.some(({ held }) => held)) return null;
  const locked = booleanOf(state["locked"]);
  const isStated = (name: string) => {
    if (name !== "lock" && name !== "unlock") return undefined;
    return locked !== undefined && locked === (name === "lock");
  };
  return (
    <div class="buttons">
      {pressable.map(({ name, label }) => (
        <ConfirmButton
          key={name}
          control={control}
          isPressed={isStated(name)}
          onConfirm={() => void control.run(name)}
        >
          {label}
        </ConfirmButton>
      ))}
    </div>
  );
}
