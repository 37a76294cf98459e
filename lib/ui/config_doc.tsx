/** What a key means. Its schema marks names and values with backticks, as Markdown does. */
export function ConfigDoc({ doc }: { readonly doc: string }) {
  const parts = doc.split("`");
  return <p class="doc">{parts.map((part, i) => i % 2 === 1 ? <code key={i}>{part}</code> : part)}</p>;
}
