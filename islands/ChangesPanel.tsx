import { useRef, useState } from "preact/hooks";
import { auditActionWords, auditOutcomeWords, formatMoment } from "../lib/ui/mod.ts";
import type { AuditView } from "../lib/wire/mod.ts";
import { ask } from "./live/ask.ts";
import { useLivePage, useReady } from "./live/page.ts";

const text = {
  kinds: "What is shown",
  all: "All",
  none: "Nothing of this was done yet.",
  more: "Earlier",
  by: (actor: string, address: string) => address === "" || address === actor ? actor : `${actor}, ${address}`,
};

type Action = AuditView["action"];

interface Props {
  /** Newest first. */
  readonly entries: readonly AuditView[];
  /** Null: all of them. */
  readonly action: Action | null;
  /** Entries of one page: fewer than these, and there are no earlier ones. */
  readonly pageSize: number;
}

/** Who did what, from where, and what became of it. */
export default function ChangesPanel(props: Props) {
  const page = useLivePage({});
  const isReady = useReady();
  const [action, setAction] = useState(props.action);
  const [entries, setEntries] = useState(props.entries);
  const [hasMore, setHasMore] = useState(props.entries.length === props.pageSize);
  // Answers to an earlier choice are thrown away.
  const wanted = useRef(action);
  const load = async (before?: number) => {
    const chosen = wanted.current;
    const asked = await ask<readonly AuditView[]>(addressOf({ action: chosen, before, limit: props.pageSize }));
    if (wanted.current !== chosen) return;
    if ("refused" in asked) return page.desk.announce(asked.refused, "problem");
    setEntries((shown) => before === undefined ? asked.answer : [...shown, ...asked.answer]);
    setHasMore(asked.answer.length === props.pageSize);
  };
  const choose = (next: Action | null) => {
    wanted.current = next;
    setAction(next);
    void load();
  };
  return (
    <div class="log">
      <nav class="sift__marks" aria-label={text.kinds}>
        <Choice
          name={text.all}
          href="/settings/system/changes"
          isChosen={action === null}
          onChoose={() => choose(null)}
        />
        {Object.entries(auditActionWords).map(([one, name]) => (
          <Choice
            key={one}
            name={name}
            href={`/settings/system/changes?action=${one}`}
            isChosen={action === one}
            onChoose={() => choose(one as Action)}
          />
        ))}
      </nav>
      {entries.length === 0 ? <p class="empty">{text.none}</p> : (
        <ol class="rows log__list">
          {entries.map((entry) => <Entry key={entry.id} entry={entry} isLocal={isReady} />)}
        </ol>
      )}
      {hasMore && (
        <button
          type="button"
          class="button button--wide"
          disabled={!isReady}
          onClick={() => void load(entries.at(-1)?.id)}
        >
          {text.more}
        </button>
      )}
    </div>
  );
}

function addressOf({ action, before, limit }: {
  readonly action: Action | null;
  readonly before: number | undefined;
  readonly limit: number;
}): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (action !== null) query.set("action", action);
  if (before !== undefined) query.set("before", String(before));
  return `/api/safety/audit?${query}`;
}

/** A link, so that it works before the page has come alive. */
function Choice({ name, href, isChosen, onChoose }: {
  readonly name: string;
  readonly href: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <a
      class="button"
      href={href}
      aria-current={isChosen ? "true" : undefined}
      onClick={(event) => {
        event.preventDefault();
        onChoose();
      }}
    >
      {name}
    </a>
  );
}

/** What accounts note begins in the middle of a sentence: who did it stands below. */
function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Entry({ entry, isLocal }: { readonly entry: AuditView; readonly isLocal: boolean }) {
  const { at, actor, address, what, outcome, reasons } = entry;
  return (
    <li class="log__entry" data-id={entry.id}>
      <p class="log__head">
        <time dateTime={at}>{formatMoment(at, { isLocal })}</time>
        {outcome !== "done" && <b class="is-bad">{auditOutcomeWords[outcome]}</b>}
      </p>
      <p>{capitalized(what)}</p>
      <p class="muted">{text.by(actor, address)}</p>
      {reasons.length > 0 && <p class={outcome === "done" ? "muted" : "is-bad"}>{reasons.join(" ")}</p>}
    </li>
  );
}
