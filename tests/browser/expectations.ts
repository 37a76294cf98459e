import { deepStrictEqual } from "node:assert";
import type { Locator } from "playwright-core";

/** How long a page may take, ms: as long as a page waits for an element. */
const limitMs = 30_000;

/**
 * Waits until what is read of a page equals `expected`. A page changes in its own time: what is read once and compared
 * at once may be of the moment before.
 *
 * @throws the difference that was left at the end.
 */
export async function becomes<T>(read: () => Promise<T>, expected: T, message?: string): Promise<void> {
  await soon(async () => deepStrictEqual(await read(), expected, message));
}

/** Waits until the words of an element are like this. @throws with the words that were there at the end. */
export async function tells(element: Locator, words: RegExp): Promise<void> {
  await soon(async () => {
    const text = await element.innerText({ timeout: limitMs });
    if (!words.test(text)) throw new Error(`Expected words like ${words}, and the page says:\n${text}`);
  });
}

async function soon(holds: () => Promise<void>): Promise<void> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  }
}
