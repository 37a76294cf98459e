import { waitWords } from "../../lib/ui/mod.ts";
import type { Refusal } from "./ask_accounts.ts";

const text = {
  again: (wait: string) => `Try again in ${wait}.`,
};

/** Why the last try did not work. */
export default function RefusalNote({ refusal, waitS = 0 }: {
  readonly refusal: Refusal | undefined;
  /** Seconds that are left. */
  readonly waitS?: number;
}) {
  return (
    <div class="refusal" role="alert">
      {refusal && (
        <>
          <p>{refusal.sentence}</p>
          {refusal.errors.length > 0 && <ul>{refusal.errors.map((error) => <li key={error}>{error}</li>)}</ul>}
          {waitS > 0 && <p>{text.again(waitWords(waitS))}</p>}
        </>
      )}
    </div>
  );
}
