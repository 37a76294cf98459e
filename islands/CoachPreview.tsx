import { useState } from "preact/hooks";
import { Icon } from "../lib/ui/mod.ts";
import type { MappingBatchView, MappingStatusView, MergePreviewView } from "../lib/wire/mod.ts";
import { jsonRequest } from "./coach/ask_coach.ts";
import ConflictList, { choiceOf, type Choices } from "./coach/ConflictList.tsx";
import MergeLists from "./coach/MergeLists.tsx";
import RefusalCard, { ReadOnlyNote } from "./coach/RefusalCard.tsx";
import { type CoachDesk, lookAt, tooEarly, useCoach, useFresh } from "./coach/use_coach.ts";
import { useLivePage } from "./live/page.ts";
import HoldToConfirm from "./parts/HoldToConfirm.tsx";

const text = {
  update: (from: number, to: number) => `From version ${from} to ${to}`,
  other: "Another model",
  otherHelp: (name: string, present: string) =>
    `The coach would run with ${name} instead of ${present}. What you changed in ${present} stays with it, and is back ` +
    "when you choose it again.",
  counts: { conflict: "Conflicts", taken: "New", removed: "Gone", kept: "Kept" },
  nothing: "Nothing would change. What you changed yourself is listed below.",
  conflicts: "You and the model changed the same",
  problems: "The outcome would not be right, so it cannot be taken:",
  how: "The database is backed up first. All of it happens at once, without a restart.",
  take: (to: number) => `Hold to take version ${to}`,
  takeModel: "Hold to use this model",
  question: "Take the model with these choices?",
  done: "It is in use.",
  doneHelp: "The devices are on the pages already.",
  undo: "Take it back",
  toCoach: "To the coach model",
};

/** What was taken, and whether it can be taken back: a model that comes for the first time cannot. */
interface TakenModel {
  readonly batchId: number;
  readonly undoable: boolean;
}

interface Props {
  readonly preview: MergePreviewView;
  readonly status: MappingStatusView;
  /** Of the model that is looked at. */
  readonly name: string;
  readonly now: string;
}

/** What taking a model would change, with a choice for each conflict; nothing is taken before it was shown. */
export default function CoachPreview(props: Props) {
  const page = useLivePage({});
  const [choices, setChoices] = useState<Choices>({});
  const [taken, setTaken] = useState<TakenModel | undefined>(undefined);
  const { modelId } = props.preview;
  const { value: { preview, status }, refresh } = useFresh(page, props, async () => {
    const [preview, status] = await Promise.all([
      lookAt<MergePreviewView>(`preview?model=${modelId}`),
      lookAt<MappingStatusView>("status"),
    ]);
    return preview && status && { ...props, preview, status };
  });
  const desk = useCoach(page, { now: props.now, readOnlyBecause: status.readOnlyBecause, refresh });
  const conflicts = preview.changes.filter(({ outcome }) => outcome === "conflict");
  const take = async () => {
    const chosen = Object.fromEntries(conflicts.map((change) => [change.path, choiceOf(change, choices)]));
    const answer = await desk.change("import", jsonRequest("POST", { modelId, token: preview.token, choices: chosen }));
    if (!answer) return;
    const history = await lookAt<readonly MappingBatchView[]>("history?limit=5");
    setTaken({ ...answer, undoable: history?.find(({ id }) => id === answer.batchId)?.undoable ?? false });
  };
  if (taken !== undefined) return <Taken desk={desk} taken={taken} onUndone={() => setTaken(undefined)} />;
  return (
    <div class="coach">
      <ReadOnlyNote reason={status.readOnlyBecause} />
      <Summary preview={preview} status={status} name={props.name} />
      {conflicts.length > 0 && (
        <section aria-labelledby="conflicts">
          <h2 id="conflicts">{text.conflicts}</h2>
          <ConflictList
            conflicts={conflicts}
            choices={choices}
            isDisabled={!desk.isReady}
            onChoose={(chosen) => setChoices((before) => ({ ...before, ...chosen }))}
          />
        </section>
      )}
      <MergeLists preview={preview} />
      <RefusalCard refusal={desk.refusal} />
      {changesAnything(preview, status) && (
        <Take
          preview={preview}
          isOther={preview.modelId !== status.modelId}
          desk={desk}
          onTake={() => void take()}
        />
      )}
    </div>
  );
}

function changesAnything({ counts, modelId, fromVersion, toVersion }: MergePreviewView, status: MappingStatusView) {
  return modelId !== status.modelId || fromVersion !== toVersion || counts.taken + counts.removed + counts.conflict > 0;
}

function Summary(
  { preview, status, name }: {
    readonly preview: MergePreviewView;
    readonly status: MappingStatusView;
    readonly name: string;
  },
) {
  const isOther = preview.modelId !== status.modelId;
  return (
    <section class="card">
      <h2>
        {isOther || preview.fromVersion === null
          ? text.other
          : preview.fromVersion === preview.toVersion
          ? name
          : text.update(preview.fromVersion, preview.toVersion)}
      </h2>
      {isOther && <p class="muted">{text.otherHelp(name, status.name)}</p>}
      {!changesAnything(preview, status) && <p class="muted">{text.nothing}</p>}
      <dl class="counters counters--four">
        {(["conflict", "taken", "removed", "kept"] as const).map((outcome) => (
          <div key={outcome} data-count={outcome}>
            <dt>{text.counts[outcome]}</dt>
            <dd>{preview.counts[outcome]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Take(
  { preview, isOther, desk, onTake }: {
    readonly preview: MergePreviewView;
    readonly isOther: boolean;
    readonly desk: CoachDesk;
    readonly onTake: () => void;
  },
) {
  const { problems } = preview;
  return (
    <section class="card take">
      {problems.length > 0 && (
        <>
          <p class="is-bad">{text.problems}</p>
          <ul class="checks">
            {problems.map((problem) => (
              <li key={problem} class="is-warning">
                <Icon name="warning" />
                <span>{problem}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="actions">
        <HoldToConfirm
          tone="accent"
          isDisabled={!desk.isFree || problems.length > 0}
          question={text.question}
          onConfirm={onTake}
          onEarly={() => desk.say(tooEarly)}
        >
          {isOther ? text.takeModel : text.take(preview.toVersion)}
        </HoldToConfirm>
      </div>
      <p class="muted">{text.how}</p>
    </section>
  );
}

function Taken(
  { desk, taken, onUndone }: {
    readonly desk: CoachDesk;
    readonly taken: TakenModel;
    readonly onUndone: () => void;
  },
) {
  return (
    <section class="card current" data-taken>
      <span class="current__mark">
        <Icon name="check" />
      </span>
      <div>
        <h2>{text.done}</h2>
        <p class="muted">{text.doneHelp}</p>
        <div class="actions">
          {taken.undoable && (
            <button
              type="button"
              class="button"
              disabled={!desk.isFree}
              onClick={() => void desk.undo(taken.batchId).then((isUndone) => isUndone && onUndone())}
            >
              {text.undo}
            </button>
          )}
          <a class="button" href="/settings/coach">{text.toCoach}</a>
        </div>
      </div>
    </section>
  );
}
