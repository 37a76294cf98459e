import { Glance, glanceEntities, kindWords } from "../lib/ui/mod.ts";
import type { CoachView, EntityView, TemperatureUnit } from "../lib/wire/mod.ts";
import { type LivePage, useLivePage, useTopic } from "./live/page.ts";
import EntityTile from "./parts/EntityTile.tsx";
import StopRow, { StopButton } from "./parts/StopRow.tsx";

const text = {
  empty: "No device is set up yet.",
  emptyHelp: "Choose a coach model when you start CoachIQ, or look at the bus to see what is there.",
  toBus: "Look at the bus",
  jump: "Places",
};

interface Props {
  readonly entities: readonly EntityView[];
  readonly coach: CoachView;
  readonly temperature: TemperatureUnit;
}

/** The whole coach by area, or by kind where its owner wants that, live. */
export default function CoachHome(props: Props) {
  const page = useLivePage(props);
  useTopic(page, "entities");
  useTopic(page, "coach");
  const coach = page.store.coach.value ?? props.coach;
  const entities = presentEntities(page);
  if (entities.length === 0) return <Empty />;
  const groups = coach.shown?.groupBy === "kind" ? groupByKind(entities) : groupByArea(entities, coach);
  return (
    <>
      <LiveGlance page={page} ids={glanceEntities(entities).map(({ id }) => id)} />
      {groups.map(([key, name, ids]) => (
        <section key={key} class="area" id={`area-${key}`} aria-labelledby={`area-${key}-name`}>
          <h2 id={`area-${key}-name`}>{name}</h2>
          <div class="tiles">{ids.map((id) => <EntityTile key={id} page={page} id={id} />)}</div>
        </section>
      ))}
      <StopRow page={page} entities={entities} />
      <nav class="jump" aria-label={text.jump}>
        <StopButton page={page} entities={entities} />
        {groups.map(([key, name]) => <a key={key} href={`#area-${key}`}>{name}</a>)}
      </nav>
    </>
  );
}

function Empty() {
  return (
    <div class="empty empty--page">
      <p>
        <b>{text.empty}</b>
      </p>
      <p>{text.emptyHelp}</p>
      <a class="button" href="/can">{text.toBus}</a>
    </div>
  );
}

/** Its own component, so that a new level draws the glance and not the page. */
function LiveGlance({ page, ids }: { readonly page: LivePage; readonly ids: readonly string[] }) {
  const entities = ids.flatMap((id) => page.store.entity(id)?.value.view ?? []);
  return <Glance entities={entities} temperature={page.temperature.value} />;
}

/** Without subscribing to each entity: which tiles there are depends on the order alone. */
function presentEntities(page: LivePage): readonly EntityView[] {
  return page.store.order.value.flatMap((id) => page.store.entity(id)?.peek().view ?? []);
}

type Group = readonly [key: string, name: string, ids: readonly string[]];

function groupByKind(entities: readonly EntityView[]): readonly Group[] {
  const shown = entities.filter(({ hidden }) => !hidden).sort((a, b) => placeOf(a) - placeOf(b));
  return [...Map.groupBy(shown, ({ kind }) => kind)]
    .map(([kind, found]) => [kind, kindWords[kind].many, found.map(({ id }) => id)]);
}

function groupByArea(entities: readonly EntityView[], coach: CoachView): readonly Group[] {
  const byArea = new Map<string, string[]>(Object.keys(coach.areas).map((key) => [key, []]));
  const shown = entities.filter(({ hidden }) => !hidden);
  for (const { id, area } of [...shown].sort((a, b) => placeOf(a) - placeOf(b))) {
    const ids = byArea.get(area);
    if (ids) ids.push(id);
    else byArea.set(area, [id]);
  }
  return [...byArea].filter(([, ids]) => ids.length > 0).map(([key, ids]) => [key, coach.areas[key] ?? key, ids]);
}

/** What is touched most comes first; tiles of one shape stand together. Else the order is the coach model's. */
const places: readonly (readonly EntityView["kind"][])[] = [
  ["light"],
  ["switch", "water_pump", "fan"],
  ["thermostat"],
  ["tank", "battery"],
  ["shade", "awning"],
  ["lock", "generator", "water_heater"],
];

function placeOf({ kind }: EntityView): number {
  const place = places.findIndex((kinds) => kinds.includes(kind));
  return place < 0 ? places.length : place;
}
