import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

interface Props {
  readonly title: string;
  /** Where the arrow leads, and what it says to those who do not see it. */
  readonly back: { readonly href: string; readonly label: string };
  readonly children: ComponentChildren;
}

/** The frame of a page below another one: the way back, and its title. */
export function SubPage({ title, back, children }: Props) {
  return (
    <>
      <header class="page-head">
        <a class="back" href={back.href} aria-label={back.label}>
          <Icon name="back" />
        </a>
        <h1>{title}</h1>
      </header>
      {children}
    </>
  );
}
