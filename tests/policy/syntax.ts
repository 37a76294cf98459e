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

const functionTypes = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"] as const;

/**
 * Functions of a file with their offsets, and every `await`, by the syntax tree that the linter gives to its plugins
 * (available in `deno test` alone).
 */
export function readSyntax(
  path: string,
  text: string,
): { readonly functions: readonly SyntaxNode[]; readonly awaits: readonly SyntaxNode[] } {
  const functions: SyntaxNode[] = [];
  const awaits: SyntaxNode[] = [];
  const keep = (list: SyntaxNode[]) => (node: SyntaxNode) => void list.push({ type: node.type, range: node.range });
  const visitor: Record<string, (node: SyntaxNode) => void> = { AwaitExpression: keep(awaits) };
  for (const type of functionTypes) visitor[type] = keep(functions);
  const plugin = { name: "policy", rules: { collect: { create: () => visitor } } };
  (Deno as unknown as LintRuntime).lint.runPlugin(plugin, path, text);
  return { functions, awaits };
}
