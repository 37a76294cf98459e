import { useRef } from "preact/hooks";
import { formatMoment, Icon, mappingPathWords, mappingValueWords } from "../lib/ui/mod.ts";
import type { MappingBatchView, MappingStatusView } from "../lib/wire/mod.ts";
import RefusalCard, { ReadOnlyNote } from "./coach/RefusalCard.tsx";
import { type CoachDesk, lookAt, useCoach, useFresh } from "./coach/use_coach.ts";
import { useLivePage } from "./live/page.ts";

const text = {
  none: "Nothing was changed yet.",
  by: (when: string, actor: string) => `${when}, by ${actor}`,
  changes: (count: number) => count === 1 ? "1 change" : `${count} changes`,
  fromTo: (before: string, after: string) => `${before} → ${after}`,
  more: (count: number) => `and ${count} more`,
  undo: "Undo",
  undone: "Taken back",
  blocked: "It cannot be taken back now.",
  older: "Older changes",
};

/** How many changes of one batch are listed. */
const shown = 60;
/** How many batches come at once, and at most. */
const step = 20;
const most = 500;

interface Props {
  readonly batches: readonly MappingBatchView[];
  /** Entity id → name. */
  readonly names: Readonly<Record<string, string>>;
  readonly readOnlyBecause: string | null;
  readonly now: string;
}

/** Who changed what of the mapping, when and why; each can be taken back while nothing is built on it. */
export default function CoachHistory(props: Props) {
  const page = useLivePage({});
  const limit = useRef(step);
  const { value, refresh } = useFresh(page, props, async () => {
    const [batches, status] = await Promise.all([
      lookAt<readonly MappingBatchView[]>(`history?limit=${limit.current}`),
      lookAt<MappingStatusView>("status"),
    ]);
    return batches && status && { ...props, batches, readOnlyBecause: status.readOnlyBecause ?? null };
  });
  const readOnlyBecause = value.readOnlyBecause ?? undefined;
  const desk = useCoach(page, { now: props.now, readOnlyBecause, refresh });
  return (
    <div class="coach">
      <ReadOnlyNote reason={readOnlyBecause} />
      <RefusalCard refusal={desk.refusal} />
      {value.batches.length === 0 && <p class="empty">{text.none}</p>}
      <ol class="findings">
        {value.batches.map((batch) => <Batch key={batch.id} batch={batch} names={props.names} desk={desk} />)}
      </ol>
      {value.batches.length >= limit.current && limit.current < most && (
        <div class="actions">
          <button
            type="button"
            class="button"
            disabled={!desk.isReady}
            onClick={() => {
              limit.current = Math.min(limit.current + step, most);
              void refresh();
            }}
          >
            {text.older}
          </button>
        </div>
      )}
    </div>
  );
}

function Batch(
  { batch, names, desk }: {
    readonly batch: MappingBatchView;
    readonly names: Readonly<Record<string, string>>;
    readonly desk: CoachDesk;
  },
) {
  const when = formatMoment(batch.changedAt, { isLocal: desk.isReady });
  return (
    <li class="card batch" data-batch={batch.id}>
      <div class="batch__head">
        <span class="row__main">
          <b>{batch.reason}</b>
          <span class="muted">{text.by(when, batch.actor)}</span>
        </span>
        {batch.undoneAt !== null && <span class="pill">{text.undone}</span>}
      </div>
      <details open={batch.changes.length <= 3}>
        <summary>
          {text.changes(batch.changes.length)}
          <Icon name="more" class="row__more" />
        </summary>
        <ul>
          {batch.changes.slice(0, shown).map(({ path, before, after }) => (
            <li key={path}>
              <b>{mappingPathWords(path, names)}</b>
              <span class="muted">{text.fromTo(mappingValueWords(before), mappingValueWords(after))}</span>
            </li>
          ))}
          {batch.changes.length > shown && <li class="muted">{text.more(batch.changes.length - shown)}</li>}
        </ul>
      </details>
      {batch.undoable && (
        <button
          type="button"
          class="button"
          disabled={!desk.isFree}
          onClick={() => void desk.undo(batch.id)}
        >
          {text.undo}
        </button>
      )}
      {!batch.undoable && batch.undoneAt === null && <p class="muted">{text.blocked}</p>}
    </li>
  );
}
