import { type ComponentType, h } from "preact";

/** `<` cannot end the data block, and the two separators are line ends in older scripts. */
function safeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/**
 * Renders an island with its props beside it, for the loader in the phone to hydrate. `name` is the file's name in
 * `islands/`.
 */
export function Island<P extends object>(
  { name, of, props }: { readonly name: string; readonly of: ComponentType<P>; readonly props: P },
) {
  return (
    <>
      <div data-island={name}>{h(of, props)}</div>
      <script type="application/json" data-props={name} dangerouslySetInnerHTML={{ __html: safeJson(props) }} />
    </>
  );
}
