import { damageOf, integrityProblems } from "../../lib/store/mod.ts";
import { generationFiles, InProcessWork, liveDatabases } from "../../lib/update/mod.ts";
import { buildCardParts } from "./card_parts.ts";

/** A data directory whose folder in memory is one of `/dev/shm`. */
export async function prepareCard(dataDir: string): Promise<AsyncDisposable> {
  const memory = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "coachiq-kill-" });
  await Deno.mkdir(`${dataDir}/user`);
  await Deno.symlink(memory, `${dataDir}/live`);
  return { [Symbol.asyncDispose]: () => Deno.remove(memory, { recursive: true }) };
}

/**
 * Starts over a data directory whose process was killed while it copied to the card, and looks whether the newest copy
 * that was told of is there.
 *
 * @param lines what the process said.
 * @param options.losesMemory as with the power: the folder in memory is empty.
 * @returns what does not hold, one sentence each.
 */
export async function checkCardAfterKill(
  dataDir: string,
  options: { readonly lines: readonly string[]; readonly losesMemory: boolean },
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const { store, card } = buildCardParts(dataDir);
  if (options.losesMemory) {
    for (const { name } of Deno.readDirSync(store.paths.live)) await Deno.remove(`${store.paths.live}/${name}`);
  }
  try {
    for (const database of liveDatabases) {
      const { previous } = generationFiles(store.paths, database);
      const damage = await isThere(previous) ? damageOf(previous, { thorough: true }) : undefined;
      if (damage !== undefined) wrong.push(`the copy of ${database} before the newest is damaged: ${damage}`);
    }
    const loaded = await card.load();
    const [tried, kept] = ["try", "kept"].map((word) => lastNumber(options.lines, word));
    for (const database of liveDatabases) {
      const { choice, damages } = loaded[database];
      const isFine = choice === "newest" || (choice === "nothing" && (database === "history" || kept === 0));
      if (!isFine) wrong.push(`${database} goes on with "${choice}": ${damages.join("; ")}`);
    }
    wrong.push(...strayFiles(`${dataDir}/user`));
    await store.start();
    const { left, right } = Object.fromEntries(store.userSettings.all());
    if (left !== right) wrong.push(`half of a setting was copied: ${left} and ${right}`);
    const found = Number(left ?? 0);
    if (found < (kept ?? 0) || found > (tried ?? 0)) {
      wrong.push(`${found} is there, expected from ${kept} that was kept to ${tried} that was tried`);
    }
    wrong.push(...integrityProblems(store.database.connection));
    if (store.history.problems().length > 0) wrong.push(`history: ${store.history.problems()[0]?.what}`);
    store.userSettings.set({ left: -1, right: -1 });
    for (const database of liveDatabases) await card.keep(database, new InProcessWork([]));
    await store.stop();
    await card.leave({ isKept: true });
    const again = await card.load();
    if (again.coachiq.choice !== "newest") wrong.push(`the next start goes on with "${again.coachiq.choice}"`);
  } catch (error) {
    wrong.push(`the start threw: ${error instanceof Error ? error.message : error}`);
    store.close();
  }
  return wrong;
}

function lastNumber(lines: readonly string[], word: string): number {
  return Number(lines.findLast((line) => line.startsWith(`${word} `))?.split(" ")[1] ?? 0);
}

const expected = /^(coachiq|history)\.db(\.next)?$|^previous$/;
const expectedBefore = /^(coachiq|history)\.db$/;

function strayFiles(user: string): readonly string[] {
  const names = (folder: string, pattern: RegExp) =>
    [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => !pattern.test(name));
  const previous = [...Deno.readDirSync(user)].some(({ name }) => name === "previous");
  return [...names(user, expected), ...(previous ? names(`${user}/previous`, expectedBefore) : [])]
    .map((name) => `"${name}" is left over`);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
