import HoldToConfirm from "../parts/HoldToConfirm.tsx";
import type { DatabaseDesk } from "./use_database.ts";

const text = {
  title: "Factory reset",
  early: "Hold the button until its ring is full.",
  blocked: "The safety check stands in the way.",
};

const scopes = [
  {
    scope: "preferences",
    name: "Preferences",
    help: "Names and settings are as at the first start. States, history and mapping stay.",
    hold: "Hold to reset preferences",
    question: "Reset all preferences?",
  },
  {
    scope: "states",
    name: "States and history",
    help: "Remembered states and all charts are removed. The coach tells its states anew.",
    hold: "Hold to remove history",
    question: "Remove all states and history?",
  },
  {
    scope: "all",
    name: "Everything",
    help: "As at the first start, coach mapping included. A backup is made first, and backups stay.",
    hold: "Hold to reset everything",
    question: "Reset everything to the first start?",
  },
] as const;

/** Back to how it was at the first start, in three sizes. */
export default function ResetCard({ desk }: { readonly desk: DatabaseDesk }) {
  return (
    <details class="card reset">
      <summary>
        <b>{text.title}</b>
      </summary>
      {!desk.status.safety.safe && <p class="is-warning">{text.blocked}</p>}
      {scopes.map(({ scope, name, help, hold, question }) => (
        <div key={scope} class="reset__scope">
          <h3>{name}</h3>
          <p class="muted">{help}</p>
          <HoldToConfirm
            tone="danger"
            isDisabled={!desk.mayChange}
            question={question}
            onConfirm={() => void desk.begin("reset", { scope, confirm: true, parked: desk.parked })}
            onEarly={() => desk.say(text.early)}
          >
            {hold}
          </HoldToConfirm>
        </div>
      ))}
    </details>
  );
}
