import type { PageHandler } from "../lib/http/mod.ts";
import { freshnessWords, Icon, kindIcons, kindWords, summarize } from "../lib/ui/mod.ts";
import type { EntityView } from "../lib/wire/mod.ts";

const text = {
  title: "Everything",
  intro: (count: number) => `${count} devices, hidden ones included, as they were when this page was loaded.`,
  empty: "No device is set up yet.",
  place: (area: string, freshness: string) => `${area} · ${freshness}`,
};

/** Every entity by kind, hidden ones included. */
const everything: PageHandler = ({ services, preferences }) => {
  const { areas } = services.coach();
  const entities = services.entities();
  const byKind = Map.groupBy(entities, (entity) => entity.kind);
  const row = (entity: EntityView) => (
    <li key={entity.id}>
      <a class={`row is-${entity.freshness}`} href={`/entities/${entity.id}`}>
        <span class="row__icon">
          <Icon name={kindIcons[entity.kind] ?? "list"} />
        </span>
        <span class="row__main">
          <b>{entity.name}</b>
          <span class="muted">{text.place(areas[entity.area] ?? entity.area, freshnessWords[entity.freshness])}</span>
        </span>
        <span class="row__side">
          {entity.freshness === "unseen" ? "" : summarize(entity, preferences).headline}
        </span>
      </a>
    </li>
  );
  return {
    title: text.title,
    section: "entities",
    body: (
      <>
        <h1>{text.title}</h1>
        <p class="muted">{entities.length === 0 ? text.empty : text.intro(entities.length)}</p>
        <div class="columns">
          {[...byKind].map(([kind, found]) => (
            <section key={kind} aria-labelledby={`kind-${kind}`}>
              <h2 id={`kind-${kind}`}>{kindWords[kind]?.many ?? kind}</h2>
              <ul class="rows">{found.map(row)}</ul>
            </section>
          ))}
        </div>
      </>
    ),
  };
};

export default everything;
