import { updateThread } from "../../tools/compile/program_tree.ts";
import { pureFolders } from "./import_table.ts";
import {
  assertLookedAt,
  assertNone,
  type Breach,
  isProgram,
  lineAt,
  matches,
  readFiles,
  type SourceFile,
} from "./source_tree.ts";
import { readSyntax } from "./syntax.ts";

/** The text with comments and string contents blanked, offsets kept: rules are about code. */
function codeAlone(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g,
    (found) => found.replace(/[^\n]/g, " "),
  );
}

function code(file: SourceFile): SourceFile {
  return { ...file, text: codeAlone(file.text) };
}

const program = readFiles(isProgram).map(code);

/** Where a process, a thread and a phone begin. */
const entries: readonly string[] = ["main.ts", updateThread, "islands/mod.ts"];

Deno.test("pure folders touch no clock, timer, console, network or runtime", () => {
  const files = program.filter((file) => pureFolders.some((folder) => file.path.startsWith(`lib/${folder}/`)));
  const breaches: Breach[] = [];
  for (const file of files) {
    breaches.push(...matches(file, {
      pattern: /\b(Deno\.|Date\.now\b|new Date\(\)|performance\.|set(Timeout|Interval)\b|console\.|fetch\()/,
      rule: "pure folders take time and bytes as arguments",
    }));
  }
  assertNone(breaches);
  assertLookedAt(files.length, { atLeast: 6, what: "files of pure folders" });
});

/** What of the syntax of a file breaks a rule, with the rule. */
function syntaxBreaches({ path, text }: SourceFile, broken: "awaits" | "doings", rule: string): readonly Breach[] {
  return readSyntax(path, text)[broken].map((node) => ({ path, line: lineAt(text, node.range[0]), rule }));
}

Deno.test("pure folders never await", () => {
  const files = readFiles(isProgram).filter((file) =>
    pureFolders.some((folder) => file.path.startsWith(`lib/${folder}/`))
  );
  assertNone(files.flatMap((file) => syntaxBreaches(file, "awaits", "await in a pure folder")));
  assertLookedAt(files.length, { atLeast: 6, what: "files of pure folders" });
});

Deno.test("loading a module does nothing but name things: the bundler leaves out what nobody uses", () => {
  const files = readFiles(isProgram).filter(({ path }) => !entries.includes(path));
  const rule = "a statement that does something when the module is loaded";
  assertNone(files.flatMap((file) => syntaxBreaches(file, "doings", rule)));
  assertLookedAt(files.length, { atLeast: 20, what: "program files" });
  const { doings } = readSyntax("a.ts", 'import "b";\nconst a = 1;\nexport { a };\na.b();\nif (a) a.b();\n');
  if (doings.length !== 2) throw new Error(`found ${doings.length} statements, expected 2`);
});

Deno.test("only main.ts reads the environment and the arguments", () => {
  const files = program.filter((file) => file.path !== "main.ts");
  assertNone(files.flatMap((file) =>
    matches(file, {
      pattern: /\bDeno\.(env|args)\b|\bprocess\.(env|argv)\b/,
      rule: "only main.ts reads them and passes values on",
    })
  ));
  assertLookedAt(files.length, { atLeast: 20, what: "program files" });
});

Deno.test("only lib/can opens shared libraries", () => {
  const files = program.filter((file) => !file.path.startsWith("lib/can/"));
  assertNone(
    files.flatMap((file) =>
      matches(file, {
        pattern: /\bDeno\.(dlopen|UnsafePointer\w*|UnsafeFnPointer|UnsafeCallback)\b/,
        rule: "FFI lives in lib/can",
      })
    ),
  );
  assertLookedAt(files.length, { atLeast: 20, what: "program files" });
});

Deno.test("private members are #private and `any` carries a comment", () => {
  const breaches: Breach[] = [];
  for (const file of readFiles(isProgram)) {
    const bare = code(file);
    breaches.push(
      ...matches(bare, {
        pattern: /^\s+private\s+(?!constructor)((readonly|static)\s+)*\w+\??\s*[:(=;]/m,
        rule: "private is written #name",
      }),
    );
    const lines = file.text.split("\n");
    for (const breach of matches(bare, { pattern: /(:|<|\bas|\|)\s*any\b/, rule: "any without a comment" })) {
      const near = `${lines[breach.line - 2] ?? ""}\n${lines[breach.line - 1] ?? ""}`;
      if (!near.includes("//")) breaches.push(breach);
    }
  }
  assertNone(breaches);
});
