import type { EntityView, TemperatureUnit } from "../wire/mod.ts";
import { Bar } from "./bar.tsx";
import { Icon, kindIcons } from "./icon.tsx";
import { summarize } from "./summary.ts";

const text = {
  title: "At a glance",
};

/** How many of each kind at most: six cells. */
const quotas = { battery: 1, tank: 3, thermostat: 1, temperature: 1 } as const;

/** Which entities an owner looks at first: charge, tanks that have a level, the room, and outside. */
export function glanceEntities(entities: readonly EntityView[]): readonly EntityView[] {
  const heard = entities.filter((entity) => !entity.hidden && entity.freshness !== "unseen" && hasValue(entity));
  return Object.entries(quotas).flatMap(([kind, quota]) => {
    const found = heard.filter((entity) => entity.kind === kind);
    return [...found].sort((a, b) => outsideFirst(a) - outsideFirst(b)).slice(0, quota);
  });
}

function outsideFirst({ kind, area, id }: EntityView): number {
  return kind === "temperature" && !/outside|exterior|outdoor/.test(`${area} ${id}`) ? 1 : 0;
}

function hasValue({ kind, state }: EntityView): boolean {
  const main = state[kind === "battery" ? "stateOfChargePct" : kind === "tank" ? "levelPct" : "ambientC"];
  return main !== undefined && "value" in main;
}

/** The few numbers that decide the day, each a way to its tile. */
export function Glance(
  { entities, temperature }: { readonly entities: readonly EntityView[]; readonly temperature: TemperatureUnit },
) {
  if (entities.length === 0) return null;
  return (
    <section class="glance" aria-label={text.title}>
      {entities.map((entity) => {
        const { headline, levelPct } = summarize(entity, { temperature });
        return (
          <a key={entity.id} class={`glance__cell is-${entity.freshness}`} href={`#tile-${entity.id}`}>
            <span class="glance__value">{headline}</span>
            <span class="glance__name">{entity.name}</span>
            {levelPct === undefined
              ? <Icon name={kindIcons[entity.kind]} class="glance__icon" />
              : <Bar percent={levelPct} tone={levelTone(entity)} />}
          </a>
        );
      })}
    </section>
  );
}

/** What a level means: full is bad for gray and black water, empty for the rest. Told by the entity's own words. */
export function levelTone(entity: EntityView): string {
  if (entity.kind === "battery") return "battery";
  if (entity.kind !== "tank") return "plain";
  const words = `${entity.id} ${entity.name}`.toLowerCase();
  if (/gr[ae]y/.test(words)) return "gray";
  if (words.includes("black")) return "black";
  if (/lpg|propane|gas/.test(words)) return "lpg";
  return "water";
}
