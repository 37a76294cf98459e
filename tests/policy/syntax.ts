/** What the rules need of a node of the syntax tree. */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets of the first character and after the last. */
  readonly range: readonly [number, number];
}

/** The linter's plugin runner, which the type library of the runtime leaves out. */
interface LintRuntime {
  readonly lint: { runPlugin(plugin: unknown, path: string, text: string): unknown };
}

/** Statements that do something when a module is loaded, in place of naming something. */
const doingTypes: readonly string[] = [
  ...["ExpressionStatement", "IfStatement", "SwitchStatement", "TryStatement", "ThrowStatement", "BlockStatement"],
  ...["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement", "LabeledStatement"],
];

const functionTypes = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"] as const;

/**
 * Functions of a file with their offsets, every `await`, and what the file does when it is loaded, by the syntax tree
 * that the linter gives to its plugins (available in `deno test` alone).
 */
export function readSyntax(
  path: string,
  text: string,
): {
  readonly functions: readonly SyntaxNode[];
  readonly awaits: readonly SyntaxNode[];
  readonly doings: readonly SyntaxNode[];
} {
  const functions: SyntaxNode[] = [];
  const awaits: SyntaxNode[] = [];
  const doings: SyntaxNode[] = [];
  const keep = (list: SyntaxNode[]) => (node: SyntaxNode) => void list.push({ type: node.type, range: node.range });
  const visitor: Record<string, (node: SyntaxNode) => void> = {
    AwaitExpression: keep(awaits),
    Program(node) {
      const { body } = node as SyntaxNode & { readonly body: readonly SyntaxNode[] };
      for (const one of body) if (doingTypes.includes(one.type)) keep(doings)(one);
    },
  };
  for (const type of functionTypes) visitor[type] = keep(functions);
  const plugin = { name: "policy", rules: { collect: { create: () => visitor } } };
  (Deno as unknown as LintRuntime).lint.runPlugin(plugin, path, text);
  return { functions, awaits, doings };
}
