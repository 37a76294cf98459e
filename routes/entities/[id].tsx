import EntityPanel from "../../islands/EntityPanel.tsx";
import { HttpError, type PageHandler } from "../../lib/http/mod.ts";
import { Icon, Island, kindWords } from "../../lib/ui/mod.ts";

const text = {
  back: "To the coach",
  place: (kind: string, area: string) => `${kind} · ${area}`,
  missing: (id: string) => `There is no device "${id}".`,
};

/** One entity with everything known of it. */
const entityPage: PageHandler = ({ services, params, preferences, assets }) => {
  const id = params["id"] ?? "";
  const entity = services.entity(id);
  if (!entity) throw new HttpError(404, { detail: text.missing(id) });
  const coach = services.coach();
  const group = coach.shown?.groupBy === "kind" ? entity.kind : entity.area;
  return {
    title: entity.name,
    section: "entities",
    body: (
      <>
        <header class="page-head">
          <a class="back" href={`/#area-${group}`} aria-label={text.back}>
            <Icon name="back" />
          </a>
          <div>
            <h1>{entity.name}</h1>
            <p class="muted">
              {text.place(kindWords[entity.kind]?.one ?? entity.kind, coach.areas[entity.area] ?? entity.area)}
            </p>
          </div>
        </header>
        <Island
          name="EntityPanel"
          of={EntityPanel}
          props={{ entity, coach, temperature: preferences.temperature, chartUrl: assets.url("chart.js") }}
        />
      </>
    ),
  };
};

export default entityPage;
