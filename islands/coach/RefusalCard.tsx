import { Icon } from "../../lib/ui/mod.ts";
import type { Refusal } from "./ask_coach.ts";

const text = { readOnly: "Nothing can be changed here now." };

/** Why something was refused, with each thing that is wrong. */
export default function RefusalCard({ refusal }: { readonly refusal: Refusal | undefined }) {
  if (!refusal) return null;
  return (
    <section class="card refusal" role="alert">
      <Icon name="warning" />
      <div>
        <b>{refusal.sentence}</b>
        {refusal.errors.length > 0 && <ul>{refusal.errors.map((error) => <li key={error}>{error}</li>)}</ul>}
      </div>
    </section>
  );
}

/** Why this server shows the mapping and does not change it. */
export function ReadOnlyNote({ reason }: { readonly reason: string | undefined }) {
  if (reason === undefined) return null;
  return (
    <section class="card refusal refusal--note">
      <Icon name="lock" />
      <div>
        <b>{text.readOnly}</b>
        <p class="muted">{reason}</p>
      </div>
    </section>
  );
}
