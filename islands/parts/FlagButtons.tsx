import { booleanOf } from "../../lib/ui/mod.ts";
import ConfirmButton from "./ConfirmButton.tsx";
import type { Control } from "./control.ts";

/** The signal that answers a command such as `setBurner`: `burnerOn`. */
function signalOf(command: string): string {
  const part = command.replace(/^set/, "");
  return `${part.charAt(0).toLowerCase()}${part.slice(1)}On`;
}

/** A switch for each command that takes one yes or no and whose answer the coach states. */
export default function FlagButtons({ control }: { readonly control: Control }) {
  const { commands, state } = control.entity;
  const flags = commands.flatMap((command) => {
    const [parameter, more] = command.parameters;
    const isOn = booleanOf(state[signalOf(command.name)]);
    return parameter?.type === "boolean" && !more && isOn !== undefined ? [{ command, parameter, isOn }] : [];
  });
  if (flags.length === 0) return null;
  return (
    <div class="buttons">
      {flags.map(({ command, parameter, isOn }) => (
        <ConfirmButton
          key={command.name}
          control={control}
          isPressed={isOn}
          onConfirm={() => void control.run(command.name, { [parameter.name]: !isOn })}
        >
          {command.label}
        </ConfirmButton>
      ))}
    </div>
  );
}
