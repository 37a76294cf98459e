import { z } from "zod";
import { replaceFile } from "../base/durable_file.ts";
import type { DataPaths } from "../store/mod.ts";
import { type LiveDatabase, liveDatabases } from "./generation.ts";

const identitySchema = z.string().nullable();
const markSchema = z.object({ coachiq: identitySchema, history: identitySchema });

/** Which files on the card the databases in memory go on from: by inode, size and time; null: there was none. */
export type CardIdentity = Readonly<Record<LiveDatabase, string | null>>;

const markPath = ({ live }: DataPaths) => `${live}/unsynced.json`;

/** Tells the copies that are on the card now from any others. */
export async function cardIdentity(paths: DataPaths): Promise<CardIdentity> {
  return { coachiq: await identityOf(paths.kept.coachiq), history: await identityOf(paths.kept.history) };
}

async function identityOf(path: string): Promise<string | null> {
  try {
    const { ino, size, mtime } = await Deno.stat(path);
    return `${ino}:${size}:${mtime?.getTime() ?? 0}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Notes, in memory, that the databases there were closed and could not be copied to the card. */
export function markUnsynced(paths: DataPaths, card: CardIdentity): Promise<void> {
  return replaceFile(JSON.stringify(card), { path: markPath(paths) });
}

/**
 * Whether what is in memory was closed whole, and goes on from what is on the card: another program may have worked on
 * the card meanwhile, and what is in memory is then old.
 */
export async function isUnsynced(paths: DataPaths): Promise<boolean> {
  let text: string;
  try {
    text = await Deno.readTextFile(markPath(paths));
  } catch (error) {
    // No such folder, or one that is a file: nothing is in memory.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
  const mark = markSchema.safeParse(parse(text));
  const card = await cardIdentity(paths);
  return mark.success && liveDatabases.every((database) => mark.data[database] === card[database]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The databases in memory are open again, or gone. */
export async function removeMark(paths: DataPaths): Promise<void> {
  try {
    await Deno.remove(markPath(paths));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
  }
}
