import { Icon, type IconName } from "../../lib/ui/mod.ts";
import ConfirmButton from "./ConfirmButton.tsx";
import { type Control, type Spec, stopOf } from "./control.ts";
import HoldButton from "./HoldButton.tsx";

/** Arrows of the directions, as seen from inside the coach. */
const arrows: Readonly<Record<string, IconName>> = {
  open: "up",
  close: "down",
  extend: "down",
  retract: "up",
  openLid: "up",
  closeLid: "down",
};

/** Hold one way, stop, hold the other way; nothing where nothing is held. */
export default function MotorControls({ control }: { readonly control: Control }) {
  const held = control.entity.commands.filter((command) => command.held);
  const stop = held[0] && stopOf(control, held[0]);
  if (held.length === 0) return null;
  const button = (command: Spec) => (
    <HoldButton key={command.name} control={control} command={command} stop={stopOf(control, command)}>
      <Icon name={arrows[command.name] ?? "up"} />
      <span>{command.label}</span>
    </HoldButton>
  );
  return (
    <div class="buttons buttons--motor">
      {held.slice(0, 1).map(button)}
      {stop && (
        <ConfirmButton
          control={{ ...control, needsHold: false }}
          class="button hold hold--stop"
          label={`${stop.label}, ${control.entity.name}`}
          onConfirm={() => void control.run(stop.name)}
        >
          <Icon name="stop" />
        </ConfirmButton>
      )}
      {held.slice(1).map(button)}
    </div>
  );
}
