import type { ComponentChildren } from "preact";

interface Props {
  /** Also the end of the class `part--…`. */
  readonly id: string;
  readonly title: string;
  /** How many things the part lists. */
  readonly count?: number;
  readonly children: ComponentChildren;
}

/** A part of a page under its heading. */
export function Part({ id, title, count, children }: Props) {
  return (
    <section aria-labelledby={id} class={`part part--${id}`}>
      <h2 id={id}>
        {title}
        {count !== undefined && <span class="count">{count}</span>}
      </h2>
      {children}
    </section>
  );
}
