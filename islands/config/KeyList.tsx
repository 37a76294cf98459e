import { useEffect, useState } from "preact/hooks";
import { Icon, isFound, lockReason, sectionLabel, sectionOf } from "../../lib/ui/mod.ts";
import type { ConfigKeyView } from "../../lib/wire/mod.ts";
import KeyRow from "./KeyRow.tsx";
import type { ConfigDesk } from "./use_config.ts";

const text = {
  search: "Search the settings",
  all: "All",
  own: "Set by you",
  open: "Yours to set",
  nothing: (query: string) => `No setting has “${query}” in its name, its meaning or its value.`,
  noneOwn: "You have set nothing here: everything is as shipped or as the installer set it.",
  noneOpen: "There is nothing that you may set.",
  count: (count: number, own: number) => own === 0 ? String(count) : `${count}, ${own} set by you`,
};

const filters = {
  all: () => true,
  own: ({ below }: ConfigKeyView) => below !== undefined,
  open: (key: ConfigKeyView) => lockReason(key) === undefined,
} as const;
type Filter = keyof typeof filters;

/** Every key, by section; a search or a filter shows what it found at once. */
export default function KeyList({ desk, firstQuery }: { readonly desk: ConfigDesk; readonly firstQuery: string }) {
  const [query, setQuery] = useState(firstQuery);
  const [filter, setFilter] = useState<Filter>("all");
  const asked = useAddress();
  const wanted = query.trim();
  const found = desk.view.keys.filter((key) => filters[filter](key) && (wanted === "" || isFound(key, wanted)));
  const isWhole = filter === "all" && wanted === "";
  const sections = [...Map.groupBy(found, ({ key }) => sectionOf(key))];
  return (
    <>
      <form class="search" role="search" method="get" onSubmit={(event) => desk.isReady && event.preventDefault()}>
        <label class="field">
          <span class="visually-hidden">{text.search}</span>
          <input
            type="search"
            name="q"
            placeholder={text.search}
            autocomplete="off"
            enterKeyHint="search"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
      </form>
      <Filters desk={desk} filter={filter} onChoose={setFilter} />
      {sections.length === 0 && (
        <p class="empty">
          {wanted !== "" ? text.nothing(wanted) : filter === "own" ? text.noneOwn : text.noneOpen}
        </p>
      )}
      {sections.map(([section, keys]) => (
        <Section
          key={section}
          desk={desk}
          section={section}
          entries={keys}
          isAlwaysOpen={!isWhole}
          asked={asked}
        />
      ))}
    </>
  );
}

function Filters(
  { desk, filter, onChoose }: {
    readonly desk: ConfigDesk;
    readonly filter: Filter;
    readonly onChoose: (filter: Filter) => void;
  },
) {
  return (
    <div class="picks" role="group">
      {(Object.keys(filters) as Filter[]).map((name) => (
        <button
          key={name}
          type="button"
          class="button"
          aria-pressed={name === filter}
          disabled={!desk.isReady}
          onClick={() => onChoose(name)}
        >
          {`${text[name]} ${desk.view.keys.filter(filters[name]).length}`}
        </button>
      ))}
    </div>
  );
}

interface SectionProps {
  readonly desk: ConfigDesk;
  readonly section: string;
  readonly entries: readonly ConfigKeyView[];
  readonly isAlwaysOpen: boolean;
  /** The key that the address of the page names. */
  readonly asked: string;
}

function Section({ desk, section, entries, isAlwaysOpen, asked }: SectionProps) {
  const isAsked = asked !== "" && sectionOf(asked) === section;
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isAsked) setOpen(true);
  }, [isAsked]);
  const rows = (
    <ul class="rows">
      {entries.map((entry) => (
        <li key={entry.key}>
          <KeyRow key={`${entry.key === asked}`} desk={desk} entry={entry} isOpenAtFirst={entry.key === asked} />
        </li>
      ))}
    </ul>
  );
  if (isAlwaysOpen) {
    return (
      <section class="keys">
        <h2>{sectionLabel(section)}</h2>
        {rows}
      </section>
    );
  }
  const own = entries.filter(filters.own).length;
  return (
    <details class="keys" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{sectionLabel(section)}</h2>
        <span class={own > 0 ? "is-own" : "muted"}>{text.count(entries.length, own)}</span>
        <Icon name="more" class="key__mark key__mark--more" />
      </summary>
      {rows}
    </details>
  );
}

/** The key behind `#` in the address, once the page is alive; its row comes into sight. */
function useAddress(): string {
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const read = () => setAsked(decodeURIComponent(location.hash.slice(1)));
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  useEffect(() => {
    if (asked === "") return;
    // After its section has opened, which takes one more drawing.
    const frame = requestAnimationFrame(() => document.getElementById(asked)?.scrollIntoView({ block: "start" }));
    return () => cancelAnimationFrame(frame);
  }, [asked]);
  return asked;
}
