import type { ComponentChildren } from "preact";
import type { EntityView } from "../wire/mod.ts";
import { Icon, type IconName, kindIcons } from "./icon.tsx";

/** How the last command stands, as the tile shows it. */
export type TileOutcome = "pending" | "confirmed" | "notConfirmed" | "refused" | "failed";

const text = {
  details: (name: string) => `Details of ${name}`,
};

/** What every tile has: icon, name, the one thing to know, a note, a way to the details, and its own controls. */
export interface TileFrameProps {
  readonly entity: EntityView;
  readonly headline: string;
  /** False: the headline says why there is no value, and is no big number. */
  readonly isValue?: boolean;
  /** Second line; always there, so that nothing jumps when it has something to say. */
  readonly note: string;
  readonly isActive: boolean | undefined;
  readonly outcome?: TileOutcome | undefined;
  readonly isWide?: boolean;
  readonly icon?: IconName;
  /** The upper part as a button; absent: it is plain text. */
  readonly main?: (content: ComponentChildren) => ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The frame of a tile. */
export function TileFrame(props: TileFrameProps) {
  const { entity, main } = props;
  const content = (
    <>
      <span class="tile__icon">
        <Icon name={props.icon ?? kindIcons[entity.kind] ?? "list"} />
      </span>
      <span class="tile__name">{entity.name}</span>
      <span class="tile__headline">{props.headline}</span>
      <span class="tile__note">{props.note === "" ? "\u00a0" : props.note}</span>
    </>
  );
  return (
    <article
      class={tileClasses(props)}
      id={`tile-${entity.id}`}
      data-entity={entity.id}
      data-freshness={entity.freshness}
      data-outcome={props.outcome}
      data-value={props.isValue === false ? "none" : undefined}
    >
      {main ? main(content) : <div class="tile__main">{content}</div>}
      <a class="tile__more" href={`/entities/${entity.id}`} aria-label={text.details(entity.name)}>
        <Icon name="more" />
      </a>
      {props.children}
    </article>
  );
}

function tileClasses({ entity, isActive, isWide, outcome }: TileFrameProps): string {
  const classes = ["tile", `tile--${entity.kind}`, `is-${entity.freshness}`];
  if (isActive && entity.freshness !== "unseen") classes.push("is-active");
  if (isWide) classes.push("tile--wide");
  if (outcome) classes.push(`is-${outcome}`);
  return classes.join(" ");
}
