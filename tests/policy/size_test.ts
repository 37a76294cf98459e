import { assertLookedAt, assertNone, type Breach, isCode, isTest, lineAt, readFiles } from "./source_tree.ts";
import { readSyntax } from "./syntax.ts";

const maxFileLines = 400;
const maxFunctionLines = 60;

const sized = readFiles((path) => isCode(path) && !isTest(path)).map((file) => ({
  ...file,
  lines: file.text.split("\n").length - 1,
  functions: readSyntax(file.path, file.text).functions,
}));

Deno.test(`code files have at most ${maxFileLines} lines; tables of data, which hold no function, may be longer`, () => {
  assertNone(
    sized.filter((file) => file.lines > maxFileLines && file.functions.length > 0).map((file) => ({
      path: file.path,
      line: maxFileLines + 1,
      rule: `has ${file.lines} lines, expected at most ${maxFileLines}`,
    })),
  );
  assertLookedAt(sized.length, { atLeast: 30, what: "code files" });
});

Deno.test(`functions have at most ${maxFunctionLines} lines`, () => {
  const breaches: Breach[] = [];
  let count = 0;
  for (const { path, text, functions } of sized) {
    for (const { range: [start, end] } of functions) {
      count++;
      const line = lineAt(text, start);
      const lines = lineAt(text, end) - line + 1;
      if (lines <= maxFunctionLines) continue;
      breaches.push({ path, line, rule: `a function of ${lines} lines, expected at most ${maxFunctionLines}` });
    }
  }
  assertNone(breaches);
  assertLookedAt(count, { atLeast: 100, what: "functions" });
});
