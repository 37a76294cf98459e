/**
 * Looks, after each power cut, at what a start finds on the disk.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { dataPaths } from "../../../lib/store/mod.ts";
import { buildParts } from "../../kill/parts.ts";
import { checkAfterKill } from "../../kill/recovery_check.ts";
import { type CheckPlan, type CutToCheck, diskFolder, folderOf, say } from "./power_plan.ts";
import { checkSyncs } from "./power_syncs.ts";
import { sh } from "./report.ts";

/** Mounts the image of each cut, starts over its data directory, and says what does not hold. */
export async function check(plan: CheckPlan): Promise<void> {
  for (const [index, cut] of plan.cuts.entries()) {
    const startMs = performance.now();
    const wrong = await checkCut(cut, index * plan.imageBytes).catch((error) => [
      `the check threw: ${error instanceof Error ? error.message : error}`,
    ]);
    say({ word: "checked", cut: index, wrong, ms: Math.round(performance.now() - startMs) });
  }
}

async function checkCut(cut: CutToCheck, offset: number): Promise<readonly string[]> {
  await sh(`losetup -o ${offset} /dev/loop0 /dev/vda`);
  try {
    await sh(`mount -t ext4 /dev/loop0 ${diskFolder} || { dmesg | tail -n 5 >&2; false; }`);
    const folder = folderOf(cut.part);
    const { unsynced } = cut.kept;
    if (cut.activity === "withoutSync") return unsynced === undefined ? [] : await lostWithoutSync(folder, unsynced);
    if (cut.activity === "sync") return await checkSyncs(folder, Number(cut.kept["card"] ?? 0));
    const numbers = (values: object) =>
      new Map(Object.entries(values).filter(([, value]) => typeof value === "number"));
    const wrong = await checkAfterKill(folder, { kept: numbers(cut.kept), due: numbers(cut.due) });
    return [...wrong, ...await brokenPromises(folder, cut.kept)];
  } finally {
    await sh(`umount ${diskFolder} 2> /dev/null; losetup -d /dev/loop0`);
  }
}

/** Promises about more than one number. The start is over and its files are closed. */
async function brokenPromises(folder: string, kept: CutToCheck["kept"]): Promise<readonly string[]> {
  const wrong: string[] = [];
  const { backup, schema, which } = kept;
  const good = (await buildParts(folder).backups.list()).filter(({ problems }) => problems.length === 0);
  if (backup !== undefined && !good.some(({ id }) => id === backup)) wrong.push(`backup "${backup}" is lost`);
  const database = new DatabaseSync(dataPaths(folder).coachiq, { readOnly: true });
  try {
    const first = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
    const version = first("SELECT name FROM schema_info ORDER BY name DESC LIMIT 1");
    if (schema !== undefined && version !== schema) {
      wrong.push(`the update to "${schema}" is lost: "${version}" is there`);
    }
    const setting = first("SELECT value FROM user_settings WHERE key = 'which'");
    if (which !== undefined && setting !== JSON.stringify(which)) {
      wrong.push(`the restore is lost: ${setting} is there`);
    }
  } finally {
    database.close();
  }
  return wrong;
}

async function lostWithoutSync(folder: string, promised: number | string): Promise<readonly string[]> {
  const found = await Deno.readTextFile(`${dataPaths(folder).user}/unsynced`).catch(() => "");
  return Number(found) >= Number(promised) ? [] : [`"${promised}" was written without sync and is lost`];
}
