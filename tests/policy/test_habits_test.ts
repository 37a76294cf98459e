import { assertLookedAt, assertNone, matches, readFiles } from "./source_tree.ts";

const readings = "innerText|textContent|allTextContents|getAttribute|inputValue|count|isDisabled|isEnabled|isVisible";

Deno.test("what a page shows is waited for, never read once and compared", () => {
  const files = readFiles((path) => /^tests\/browser\/.*_test\.ts$/.test(path));
  assertLookedAt(files.length, { atLeast: 7, what: "browser tests" });
  assertNone(files.flatMap((file) =>
    matches(file, {
      pattern: new RegExp(`\\b(strictEqual|deepStrictEqual|match|ok)\\(\\s*!?\\(?await [^;]*?\\.(${readings})\\(`),
      rule: "a page changes in its own time: use becomes or tells of expectations.ts",
    })
  ));
});

Deno.test("no test looks at how long something took: the machine may be busy", () => {
  const files = readFiles((path) => /_test\.tsx?$/.test(path));
  assertLookedAt(files.length, { atLeast: 200, what: "tests" });
  assertNone(files.flatMap((file) =>
    matches(file, {
      pattern: /\bperformance\.now\(/,
      rule: "count what is done or waited for by a clock; bench/ is for speed",
    })
  ));
});
