/**
 * Databases in memory that are copied to the card while the power may go, and what a start makes of them.
 *
 * @module
 */
import { integrityProblems } from "../../../lib/store/mod.ts";
import { InProcessWork, liveDatabases } from "../../../lib/update/mod.ts";
import { buildCardParts } from "../../kill/card_parts.ts";
import { SeededRandom } from "../../kill/random.ts";
import { folderOf, say } from "./power_plan.ts";
import { sh } from "./report.ts";

/** Makes the folders of a data directory, the one in memory included. */
export async function prepareCard(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/user`);
  await Deno.mkdir(`${folder}/live`);
  await mountMemory(folder);
}

const mountMemory = (folder: string) => sh(`mount -t tmpfs -o size=64m tmpfs ${folder}/live`);

/** Writes and copies, for so long; a number is promised when the copy with it is made. */
export async function recordSyncs(part: number, of: { readonly seed: number; readonly ms: number }): Promise<void> {
  const random = new SeededRandom(of.seed + part);
  const { store, card } = buildCardParts(folderOf(part));
  const work = new InProcessWork([]);
  await card.load();
  await store.start();
  say({ word: "begin", part });
  const endMs = performance.now() + of.ms;
  for (let n = 1; performance.now() < endMs; n++) {
    store.userSettings.set({ left: n, right: n });
    for (let i = 0; i < 20; i++) {
      const id = `entity_${random.integer(200)}`;
      store.states.mark({ id, state: { count: { value: n } }, updatedAtMs: n });
      store.history.record(id, { level: { value: random.next(), unit: "%" } });
    }
    store.states.flush();
    store.history.flush();
    await card.keep("coachiq", work);
    say({ word: "kept", values: { card: n } });
    if (n % 3 === 0) await card.keep("history", work);
  }
  say({ word: "end", part });
  await store.stop();
}

/** Starts over what is on the card. Answers what does not hold, one sentence each. */
export async function checkSyncs(folder: string, promised: number): Promise<readonly string[]> {
  await mountMemory(folder);
  const wrong: string[] = [];
  const { store, card } = buildCardParts(folder);
  try {
    const { coachiq, history } = await card.load();
    const isFirst = promised === 0;
    for (const [name, { choice, damages }] of Object.entries({ coachiq, history })) {
      const mayBeMissing = isFirst || name === "history";
      if (choice === "newest" || choice === "previous" || (choice === "nothing" && mayBeMissing)) continue;
      wrong.push(`${name} goes on with "${choice}": ${damages.join("; ")}`);
    }
    await store.start();
    const { left, right } = Object.fromEntries(store.userSettings.all());
    if (left !== right) wrong.push(`half of a setting was copied: ${left} and ${right}`);
    if (Number(left ?? 0) < promised) wrong.push(`copy ${promised} was made and is lost: ${left} is there`);
    wrong.push(...integrityProblems(store.database.connection));
    if (!store.history.isOn) wrong.push(`history is off: ${store.history.problems()[0]?.what}`);
    for (const database of liveDatabases) await card.keep(database, new InProcessWork([]));
    await store.stop();
  } finally {
    store.close();
    store.history.database.close();
    await sh(`umount ${folder}/live`);
  }
  return wrong;
}
