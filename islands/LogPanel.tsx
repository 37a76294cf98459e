import { Icon, logFieldsText, logLevelWords } from "../lib/ui/mod.ts";
import type { LogEntryView } from "../lib/wire/mod.ts";
import { useLivePage } from "./live/page.ts";
import { type LogDesk, type LogSeed, useLog } from "./system/use_log.ts";

const text = {
  show: "Show",
  from: "From",
  everywhere: "All parts",
  search: "Search",
  pause: "Pause",
  resume: "Go on",
  held: (count: number) => count === 1 ? "One new event" : `${count} new events`,
  download: "Download",
  none: "Nothing of this was logged.",
  logged: "What is logged",
  loggedHelp: "From now on, until CoachIQ starts again. The configuration says what is logged then.",
  areas: (areas: string) => `Set apart: ${areas}.`,
};

const levels: readonly LogEntryView["level"][] = ["debug", "info", "warning", "error"];
const isLevel = (value: string): value is LogEntryView["level"] => (levels as readonly string[]).includes(value);

/** The log, live, newest first. */
export default function LogPanel(seed: LogSeed) {
  const page = useLivePage({});
  const desk = useLog(page, seed);
  return (
    <div class="log">
      <Filter desk={desk} />
      <div class="actions actions--even log__actions">
        <button
          type="button"
          class="button"
          aria-pressed={desk.isPaused}
          disabled={!desk.isReady}
          onClick={desk.togglePause}
        >
          {desk.isPaused ? text.resume : text.pause}
        </button>
        <a class="button" href="/api/system/log/file" download>
          <Icon name="download" />
          {text.download}
        </a>
      </div>
      <Levels desk={desk} />
      {desk.isPaused && desk.held > 0 && <p class="note log__held">{text.held(desk.held)}</p>}
      {desk.entries.length === 0 ? <p class="empty">{text.none}</p> : (
        <ol class="rows log__list">
          {desk.entries.map((entry) => <Entry key={entry.number} entry={entry} isLocal={desk.isReady} />)}
        </ol>
      )}
    </div>
  );
}

function Filter({ desk }: { readonly desk: LogDesk }) {
  const { filter, isReady } = desk;
  return (
    <form class="log__filter" onSubmit={(event) => event.preventDefault()}>
      <label class="field">
        <span>{text.show}</span>
        <select
          disabled={!isReady}
          onChange={({ currentTarget: { value } }) => isLevel(value) && desk.setFilter({ ...filter, level: value })}
        >
          {levels.map((level) => (
            <option key={level} value={level} selected={level === filter.level}>{logLevelWords[level]}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{text.from}</span>
        <select
          disabled={!isReady}
          onChange={({ currentTarget: { value } }) => desk.setFilter({ ...filter, area: value })}
        >
          <option value="" selected={filter.area === ""}>{text.everywhere}</option>
          {desk.areas.map((area) => <option key={area} value={area} selected={area === filter.area}>{area}</option>)}
        </select>
      </label>
      <label class="field search log__search">
        <span class="visually-hidden">{text.search}</span>
        <input
          type="search"
          placeholder={text.search}
          maxLength={200}
          disabled={!isReady}
          value={filter.search}
          onInput={({ currentTarget: { value } }) => desk.setFilter({ ...filter, search: value })}
        />
      </label>
    </form>
  );
}

function Entry({ entry, isLocal }: { readonly entry: LogEntryView; readonly isLocal: boolean }) {
  const { at, level, area, text: words, fields } = entry;
  const more = logFieldsText(fields);
  return (
    <li class={`log__entry log__entry--${level}`}>
      <p class="log__head">
        <time dateTime={at}>{clockTime(at, isLocal)}</time>
        <span>{area}</span>
        {level !== "info" && <b class="log__level">{level}</b>}
      </p>
      <p>{words}</p>
      {more !== "" && <p class="log__fields">{more}</p>}
    </li>
  );
}

/** What is written at all, as against what this page shows. */
function Levels({ desk }: { readonly desk: LogDesk }) {
  const { level, areas } = desk.levels;
  const apart = Object.entries(areas).map(([area, own]) => `${area} ${logLevelWords[own].toLowerCase()}`).join(", ");
  return (
    <details class="keys">
      <summary>
        <h2 id="levels">{text.logged}</h2>
        <span class="muted">{logLevelWords[level]}</span>
        <Icon name="more" class="row__more key__mark--more" />
      </summary>
      <div class="choices log__levels" role="group" aria-labelledby="levels">
        {levels.map((one) => (
          <button
            key={one}
            type="button"
            class="button choice"
            aria-pressed={one === level}
            disabled={!desk.isReady}
            onClick={() => void desk.setLevel(one)}
          >
            {logLevelWords[one]}
          </button>
        ))}
      </div>
      <p class="muted log__help">{apart === "" ? text.loggedHelp : `${text.loggedHelp} ${text.areas(apart)}`}</p>
    </details>
  );
}

/** `20:14:03`, in the phone's zone once the page is alive. */
function clockTime(iso: string, isLocal: boolean): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    ...(isLocal ? {} : { timeZone: "UTC" }),
  }).format(new Date(iso));
}
