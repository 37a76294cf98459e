import { strictEqual } from "node:assert";
import { setUpCodeText, usernameFrom, waitWords } from "./account_words.ts";

Deno.test("setUpCodeText() writes what is typed or pasted as the log has it", () => {
  for (
    const [typed, text] of [
      ["", ""],
      ["ab2", "AB2"],
      ["ab2c", "AB2C"],
      ["ab2cd", "AB2C-D"],
      ["AB2C-", "AB2C"],
      [" ab2c - d3ef\n", "AB2C-D3EF"],
      ["ab2cd3efgh", "AB2C-D3EF"],
    ] as const
  ) strictEqual(setUpCodeText(typed), text);
});

Deno.test("waitWords() says seconds, then whole minutes, then hours, never too short", () => {
  for (
    const [s, words] of [[1, "1 s"], [59, "59 s"], [60, "1 min"], [61, "2 min"], [3600, "1 h"], [3601, "2 h"]] as const
  ) {
    strictEqual(waitWords(s), words);
  }
});

Deno.test("usernameFrom() makes a name for signing in, and leaves out what cannot be in one", () => {
  for (const [name, username] of [["Anna", "anna"], ["Zoë van Dijk", "zoe.van.dijk"], ["  ", ""], ["Я", ""]] as const) {
    strictEqual(usernameFrom(name), username);
  }
});
