import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

interface Props {
  readonly href: string;
  readonly icon: IconName;
  readonly name: string;
  readonly help: string;
  /** The browser keeps what is there as a file, instead of opening it. */
  readonly isFile?: boolean;
  /** How it stands, in two words. */
  readonly children?: ComponentChildren;
}

/** A row of a list that leads somewhere. */
export function LinkRow({ href, icon, name, help, isFile = false, children }: Props) {
  return (
    <li>
      <a class="row" href={href} download={isFile}>
        <span class="row__icon">
          <Icon name={icon} />
        </span>
        <span class="row__main">
          <b>{name}</b>
          <span class="muted">{help}</span>
        </span>
        {children && <span class="row__side">{children}</span>}
        {!isFile && <Icon name="more" class="row__more" />}
      </a>
    </li>
  );
}
