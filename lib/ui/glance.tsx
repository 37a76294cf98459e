import type { EntityView, TemperatureUnit } from "../wire/mod.ts";
import { Bar } from "./bar.tsx";
import { Icon, kindIcons } from "./icon.tsx";
import { summarize } from "./summary.ts";

const text = {
  title: "At a glance",
};

const order = ["battery", "tank", "temperature"] as const;
const most = 6;

/** Which entities an owner looks at first: batteries and tanks that have a level, then temperatures. */
export function glanceEntities(entities: readonly EntityView[]): readonly EntityView[] {
  const found = order.flatMap((kind) => entities.filter((entity) => entity.kind === kind && !entity.hidden));
  return found.filter((entity) => entity.freshness !== "unseen" && hasValue(entity)).slice(0, most);
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
