import { Icon } from "../../lib/ui/mod.ts";
import type { DatabaseDesk } from "./use_database.ts";

const text = {
  title: "Safety check",
  safe: "Nothing is in the way.",
  parked: "The coach is parked",
  parkedHelp: "The chassis does not say so itself. Give your word after you looked.",
};

/** The reason that the owner's word clears, in the words of the safety rules. */
const asksForWord = /^Confirm that the coach is parked/;

/** What speaks against changing the database now, and how to clear it. */
export default function SafetyCheck({ desk }: { readonly desk: DatabaseDesk }) {
  const { safe, reasons } = desk.status.safety;
  const needsWord = desk.parked || reasons.some((reason) => asksForWord.test(reason));
  return (
    <div class="safety">
      <h3>{text.title}</h3>
      <ul class="checks">
        {safe && (
          <li class="is-good">
            <Icon name="check" />
            <span>{text.safe}</span>
          </li>
        )}
        {reasons.map((reason) => (
          <li key={reason} class="is-warning">
            <Icon name="warning" />
            <span>{reason}</span>
          </li>
        ))}
      </ul>
      {needsWord && (
        <label class="word">
          <input
            type="checkbox"
            checked={desk.parked}
            disabled={!desk.isReady}
            onChange={(event) => desk.setParked(event.currentTarget.checked)}
          />
          <span>
            <b>{text.parked}</b>
            <span class="muted">{text.parkedHelp}</span>
          </span>
        </label>
      )}
    </div>
  );
}
