import { useState } from "preact/hooks";
import { Icon } from "../lib/ui/mod.ts";
import type { MappedEntityView, MappingStatusView, MappingView } from "../lib/wire/mod.ts";
import AreaList from "./coach/AreaList.tsx";
import DeviceRow from "./coach/DeviceRow.tsx";
import RefusalCard, { ReadOnlyNote } from "./coach/RefusalCard.tsx";
import { lookAt, useCoach, useFresh } from "./coach/use_coach.ts";
import { useLivePage } from "./live/page.ts";

/** An entity as the list needs it: the definitions of a whole coach would be half of the page. */
export type ListedEntity = Omit<MappedEntityView, "definition">;

const text = {
  search: "Search",
  searchHelp: "Name, kind or area",
  none: "No device is like that.",
  empty: "No device is mapped yet.",
  add: "Add a device",
  marks: {
    all: "All",
    edited: "Changed",
    unverified: "Not seen to work",
    hidden: "Hidden",
    removed: "Removed",
  },
};

type Mark = keyof typeof text.marks;

const has: Readonly<Record<Mark, (entity: ListedEntity) => boolean>> = {
  all: () => true,
  edited: ({ edited, removed }) => !removed && edited.length > 0,
  unverified: ({ verified, removed }) => !verified && !removed,
  hidden: ({ hidden, removed }) => hidden && !removed,
  removed: ({ removed }) => removed,
};

interface Props {
  readonly areas: MappingView["areas"];
  readonly entities: readonly ListedEntity[];
  readonly readOnlyBecause: string | null;
  readonly now: string;
}

/** Every device by area, with what the owner made of it; a tap leads to its form. */
export default function CoachMapping(props: Props) {
  const page = useLivePage({});
  const { value, refresh } = useFresh(page, props, async () => {
    const [mapping, status] = await Promise.all([
      lookAt<MappingView>("mappings"),
      lookAt<MappingStatusView>("status"),
    ]);
    return mapping && status && { ...props, ...mapping, readOnlyBecause: status.readOnlyBecause ?? null };
  });
  const { areas, entities } = value;
  const readOnlyBecause = value.readOnlyBecause ?? undefined;
  const desk = useCoach(page, { now: props.now, readOnlyBecause, refresh });
  const [search, setSearch] = useState("");
  const [mark, setMark] = useState<Mark>("all");
  const names = Object.fromEntries(areas.map(({ key, name }) => [key, name]));
  const found = entities.filter((entity) => has[mark](entity) && matches(entity, { search, names }));
  const byArea = Map.groupBy(found, ({ area }) => area);
  const order = [...areas.map(({ key }) => key), ...byArea.keys()];
  return (
    <div class="coach">
      <ReadOnlyNote reason={readOnlyBecause} />
      <Filter
        search={search}
        mark={mark}
        entities={entities}
        isDisabled={!desk.isReady}
        onSearch={setSearch}
        onMark={setMark}
      />
      {found.length === 0 && <p class="empty">{entities.length === 0 ? text.empty : text.none}</p>}
      {[...new Set(order)].filter((key) => byArea.has(key)).map((key) => (
        <section key={key} aria-labelledby={`area-${key}`}>
          <h2 id={`area-${key}`}>
            {names[key] ?? key}
            <span class="count">{byArea.get(key)?.length}</span>
          </h2>
          <ul class="rows">
            {byArea.get(key)?.map((entity) => <DeviceRow key={entity.id} entity={entity} />)}
          </ul>
        </section>
      ))}
      <RefusalCard refusal={desk.refusal} />
      <AreaList areas={areas} desk={desk} />
      <a class="button button--accent floating" href="/settings/coach/add">
        <Icon name="plus" />
        {text.add}
      </a>
    </div>
  );
}

function matches(
  { name, kind, area, id }: ListedEntity,
  { search, names }: { readonly search: string; readonly names: Readonly<Record<string, string>> },
): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted === "" ||
    `${name} ${kind.replaceAll("_", " ")} ${names[area] ?? area} ${id}`.toLowerCase().includes(wanted);
}

interface FilterProps {
  readonly search: string;
  readonly mark: Mark;
  readonly entities: readonly ListedEntity[];
  readonly isDisabled: boolean;
  readonly onSearch: (search: string) => void;
  readonly onMark: (mark: Mark) => void;
}

function Filter({ search, mark, entities, isDisabled, onSearch, onMark }: FilterProps) {
  const marks = (Object.keys(text.marks) as Mark[]).map((key) => ({ key, count: entities.filter(has[key]).length }));
  return (
    <form class="sift" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="field">
        <span class="visually-hidden">{text.search}</span>
        <input
          type="search"
          placeholder={text.searchHelp}
          autocomplete="off"
          value={search}
          disabled={isDisabled}
          onInput={(event) => onSearch(event.currentTarget.value)}
        />
      </label>
      <div class="sift__marks">
        {marks.filter(({ key, count }) => key === "all" || count > 0).map(({ key, count }) => (
          <button
            key={key}
            type="button"
            class="button"
            aria-pressed={mark === key}
            disabled={isDisabled}
            onClick={() => onMark(key)}
          >
            {text.marks[key]} <small>{count}</small>
          </button>
        ))}
      </div>
    </form>
  );
}
