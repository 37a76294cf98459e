/**
 * The process with databases in memory that gets killed while it copies them to the card. Arguments: data directory,
 * scenario, seed. It says on standard output `ready`, `try <number>` before it writes a number, and `kept <number>` when
 * a copy with it is on the card.
 *
 * @module
 */
import { InProcessWork } from "../../lib/update/mod.ts";
import { buildCardParts } from "./card_parts.ts";
import { SeededRandom } from "./random.ts";

const encoder = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(line + "\n"));
}

const [dataDir = "", , seed = "0"] = Deno.args;
const random = new SeededRandom(Number(seed));
const { store, card } = buildCardParts(dataDir);
const work = new InProcessWork([]);
await card.load();
await store.start();
store.states.restore();
say("ready");
for (let n = Number(store.userSettings.get("left") ?? 0) + 1;; n++) {
  say(`try ${n}`);
  store.userSettings.set({ left: n, right: n });
  for (let i = 0; i < 20; i++) {
    const id = `entity_${random.integer(200)}`;
    store.states.mark({ id, state: { count: { value: n } }, updatedAtMs: n });
    store.history.record(id, { level: { value: random.next(), unit: "%" } });
  }
  store.states.flush();
  store.history.flush();
  if (random.next() < 0.7) {
    await card.keep("coachiq", work);
    say(`kept ${n}`);
  }
  if (random.next() < 0.5) await card.keep("history", work);
}
