import { assertLookedAt, assertNone, isCode, matches, readFiles } from "./source_tree.ts";

const files = readFiles(() => true);
/** The rules below name what they forbid. */
const others = files.filter((file) => file.path !== "tests/policy/tracked_tree_test.ts");

Deno.test("no file names a folder that exists on one developer's machine alone", () => {
  assertNone(others.flatMap((file) =>
    matches(file, {
      pattern: /(?<![\w.$}~-])\/(work|home\/\w+|Users\/\w+|workspaces?)\/[\w.]+|\.\.\/shared\/|[A-Z]:\\Users/,
      rule: "a path of one machine",
    })
  ));
  assertLookedAt(others.length, { atLeast: 60, what: "files" });
});

Deno.test("no file names a tool that writes code", () => {
  const names = ["claude", "chatgpt", "copilot", "openai", "anthropic", "cursor\\.sh", "co-authored-by"];
  assertNone(
    others.flatMap((file) =>
      matches(file, { pattern: new RegExp(`\\b(${names.join("|")})\\b`, "i"), rule: "no word about who typed it" })
    ),
  );
});

Deno.test("no file carries an unfinished thought", () => {
  assertNone(
    others.filter((file) => !file.path.endsWith(".lock")).flatMap((file) =>
      matches(file, { pattern: /\b(TODO|FIXME|XXX|HACK)\b/, rule: "finish it, or make it an issue" })
    ),
  );
});

Deno.test("no test is the only one that runs, and none is switched off without a reason", () => {
  const code = others.filter((file) => isCode(file.path));
  assertNone(code.flatMap((file) => [
    ...matches(file, {
      pattern: /\b(Deno\.test|describe|it|test)\.only\b|\bonly:\s*true\b/,
      rule: "leave no test alone",
    }),
    ...matches(file, {
      pattern: /^(?!.*skipped, ).*(\bDeno\.test\.ignore\b|\bignore:\s*true\b)/m,
      rule: "a skip is named with its reason",
    }),
  ]));
  assertLookedAt(code.length, { atLeast: 40, what: "code files" });
});

Deno.test("no file holds a private key or a token", () => {
  assertNone(others.flatMap((file) =>
    matches(file, {
      pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{20,}|\bnpm_[A-Za-z0-9]{30,}/,
      rule: "a secret",
    })
  ));
});
