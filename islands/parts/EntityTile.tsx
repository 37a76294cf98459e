import { Bar, booleanOf, levelTone, numberOf, summarize, TileFrame, wordOf } from "../../lib/ui/mod.ts";
import type { IconName, Summary } from "../../lib/ui/mod.ts";
import type { EntityView } from "../../lib/wire/mod.ts";
import type { LivePage } from "../live/page.ts";
import ArmedControls from "./ArmedControls.tsx";
import ChoiceRow from "./ChoiceRow.tsx";
import ConfirmButton from "./ConfirmButton.tsx";
import { commandNamed, type Control, noteOf, useControl } from "./control.ts";
import LevelSlider from "./LevelSlider.tsx";
import FlagButtons from "./FlagButtons.tsx";
import MotorControls from "./MotorControls.tsx";
import PressButtons from "./PressButtons.tsx";
import SetpointStepper from "./SetpointStepper.tsx";

const text = {
  toggle: (name: string, state: string) => `${name}: ${state}`,
  unseen: "–",
};

/** One entity, live, with the controls that its commands call for. */
export default function EntityTile({ page, id }: { readonly page: LivePage; readonly id: string }) {
  const control = useControl(page, id);
  if (!control) return null;
  const { entity } = control;
  if (entity.kind === "thermostat") return <ClimateTile control={control} />;
  if (commandNamed(control, "turnOn") && commandNamed(control, "turnOff")) return <ToggleTile control={control} />;
  return <PlainTile control={control} />;
}

/** What was never heard has no headline: the note says so. */
function headlineOf({ freshness }: EntityView, { headline }: Summary): string {
  return freshness === "unseen" ? text.unseen : headline;
}

/** What the tile itself does. */
const switchCommands: readonly string[] = ["turnOn", "turnOff", "toggle", "stop"];

/** The whole upper part is the switch. What is shown is what the coach states; a tap asks for the opposite. */
function ToggleTile({ control }: { readonly control: Control }) {
  const { entity, temperature } = control;
  const { showPercentage = true } = control.page.store.coach.value?.shown ?? {};
  const summary = summarize(entity, { temperature, showPercentage });
  const isOn = booleanOf(entity.state["on"]);
  const level = commandNamed(control, "setBrightness") ?? commandNamed(control, "setFanSpeed");
  const signal = level?.parameters[0]?.name ?? "";
  const percent = numberOf(entity.state[signal]);
  return (
    <TileFrame
      entity={entity}
      headline={headlineOf(entity, summary)}
      isValue={summary.isValue}
      note={noteOf(control, summary.details[0] ?? "")}
      isActive={summary.isActive}
      outcome={control.state?.outcome}
      main={(content) => (
        <ConfirmButton
          control={control}
          class="tile__main tile__main--button"
          isPressed={isOn ?? false}
          label={text.toggle(entity.name, summary.headline)}
          onConfirm={() => void control.run(isOn ? "turnOff" : "turnOn")}
        >
          {content}
        </ConfirmButton>
      )}
    >
      {level && <LevelSlider control={control} command={level} percent={isOn === false ? 0 : percent} />}
      <PressButtons control={control} without={switchCommands} />
      <MotorControls control={control} />
    </TileFrame>
  );
}

function ClimateTile({ control }: { readonly control: Control }) {
  const { entity, temperature } = control;
  const summary = summarize(entity, { temperature });
  const mode = commandNamed(control, "setMode");
  const heat = commandNamed(control, "setHeatSetpoint");
  const cool = commandNamed(control, "setCoolSetpoint");
  const word = wordOf(entity.state["operatingMode"]);
  return (
    <TileFrame
      entity={entity}
      isWide
      headline={headlineOf(entity, summary)}
      isValue={summary.isValue}
      note={noteOf(control, summary.details[0] ?? "")}
      isActive={word !== undefined && word !== "off"}
      outcome={control.state?.outcome}
      icon={climateIcon(word)}
    >
      <div class="steppers">
        {heat && <SetpointStepper control={control} command={heat} celsius={numberOf(entity.state["heatSetpointC"])} />}
        {cool && <SetpointStepper control={control} command={cool} celsius={numberOf(entity.state["coolSetpointC"])} />}
      </div>
      {mode && <ChoiceRow control={control} command={mode} current={word} />}
    </TileFrame>
  );
}

function climateIcon(word: string | undefined): IconName {
  if (word === "cool") return "snow";
  if (word === "fan_only") return "fan";
  return word === "heat" || word === "aux_heat" ? "flame" : "climate";
}

/** Everything that is no switch: shown, with a level where it has one, and with the buttons its commands call for. */
function PlainTile({ control }: { readonly control: Control }) {
  const { entity, temperature } = control;
  const summary = summarize(entity, { temperature });
  const isArmed = entity.commands.some((command) => command.needsArming);
  const hasMotor = entity.commands.some((command) => command.held);
  const mode = entity.kind === "water_heater" ? commandNamed(control, "setMode") : undefined;
  const hasLevel = summary.levelPct !== undefined || entity.kind === "tank" || entity.kind === "battery";
  return (
    <TileFrame
      entity={entity}
      isWide={mode !== undefined}
      headline={headlineOf(entity, summary)}
      isValue={summary.isValue}
      note={noteOf(control, summary.details.slice(0, 2).join(" · "))}
      isActive={summary.isActive}
      outcome={control.state?.outcome}
      {...(entity.kind === "lock" && summary.isActive ? { icon: "unlock" as const } : {})}
    >
      {hasLevel && <Bar percent={summary.levelPct} tone={levelTone(entity)} />}
      {isArmed && <ArmedControls control={control} />}
      {hasMotor && <MotorControls control={control} />}
      {mode && <ChoiceRow control={control} command={mode} current={wordOf(entity.state["operatingMode"])} />}
      {!isArmed && !hasMotor && <PressButtons control={control} without={[]} />}
      <FlagButtons control={control} />
    </TileFrame>
  );
}
