import { useEffect, useState } from "preact/hooks";
import ConfirmButton from "./ConfirmButton.tsx";
import { commandNamed, type Control, type Spec } from "./control.ts";

/** As long as the coach's side keeps it armed, ms. */
const armedForMs = 30_000;

const text = {
  holdTo: (label: string) => `Hold: ${label}`,
  armed: (seconds: number) => `Armed for ${seconds} s`,
};

/** Arm first, then hold: two thoughts before an engine starts. The rest of the commands are plain buttons. */
export default function ArmedControls({ control }: { readonly control: Control }) {
  const [armedUntilMs, setArmedUntilMs] = useState(0);
  const [nowMs, setNowMs] = useState(0);
  const leftMs = armedUntilMs - nowMs;
  const isArmed = leftMs > 0;
  useEffect(() => {
    if (armedUntilMs === 0) return;
    const timer = setInterval(() => setNowMs(performance.now()), 500);
    return () => clearInterval(timer);
  }, [armedUntilMs]);
  const arm = commandNamed(control, "arm");
  const armed = control.entity.commands.filter((command) => command.needsArming);
  const others = control.entity.commands.filter((command) => !command.needsArming && command.name !== "arm");
  const doArm = async () => {
    await control.run("arm");
    if (control.page.desk.state(control.entity.id).value?.outcome !== "confirmed") return;
    setNowMs(performance.now());
    setArmedUntilMs(performance.now() + armedForMs);
  };
  const start = (command: Spec) => {
    setArmedUntilMs(0);
    void control.run(command.name);
  };
  return (
    <div class="buttons">
      {arm && !isArmed && (
        <ConfirmButton control={control} class="button" onConfirm={() => void doArm()}>{arm.label}</ConfirmButton>
      )}
      {(isArmed || !arm) && armed.map((command) => (
        <ConfirmButton
          key={command.name}
          control={control}
          alwaysHold
          class="button button--armed"
          label={`${text.holdTo(command.label)}. ${text.armed(Math.ceil(leftMs / 1000))}`}
          onConfirm={() => start(command)}
        >
          {text.holdTo(command.label)}
        </ConfirmButton>
      ))}
      {others.filter((command) => command.parameters.length === 0).map((command) => (
        <ConfirmButton
          key={command.name}
          control={control}
          onConfirm={() => void control.run(command.name)}
        >
          {command.label}
        </ConfirmButton>
      ))}
    </div>
  );
}
