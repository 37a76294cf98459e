import { useEffect, useState } from "preact/hooks";
import {
  type Draft,
  draftOf,
  editOperations,
  factoryValues,
  Icon,
  kindWords,
  mappingSourceWords,
  saysTheSame,
  SubPage,
} from "../lib/ui/mod.ts";
import type {
  MappedEntityView,
  MappingJson,
  MappingStatusView,
  MappingView,
  MergePreviewView,
} from "../lib/wire/mod.ts";
import { editRequest, jsonRequest, mappingAddress, pointerOf } from "./coach/ask_coach.ts";
import DeviceForm from "./coach/DeviceForm.tsx";
import FactoryCard from "./coach/FactoryCard.tsx";
import RefusalCard, { ReadOnlyNote } from "./coach/RefusalCard.tsx";
import SaveBar from "./coach/SaveBar.tsx";
import { type CoachDesk, lookAt, useCoach, useFresh } from "./coach/use_coach.ts";
import { useDraft } from "./coach/use_draft.ts";
import { useLivePage } from "./live/page.ts";

const text = {
  back: "To the devices",
  saved: (name: string) => `${name}: saved.`,
  removed: (name: string) => `${name} is removed.`,
  restored: (name: string) => `${name} is back.`,
  elsewhere: "It was changed elsewhere meanwhile.",
  load: "Show that instead of mine",
  remove: "Remove this device",
  removeHelp: "It leaves every page. Its outputs stay as they are, and it can be brought back.",
  isRemoved: "Removed",
  isRemovedHelp: "The coach model has this device and you took it away: it is on no page.",
  restore: "Bring it back",
  isGone: "This device is gone",
  isGoneHelp: "It is not in the mapping any more. The history may bring it back.",
  history: "To the history",
  control: "Look at it and use it",
};

interface Props {
  readonly entity: MappedEntityView;
  readonly areas: MappingView["areas"];
  /** JSON Schema of its kind. */
  readonly schema: MappingJson | null;
  /** Field → what the coach model says, for those that the owner changed. */
  readonly factory: Draft;
  readonly readOnlyBecause: string | null;
  readonly now: string;
}

/** One device of the mapping: its form, what the factory says, and the way to remove it. */
export default function CoachDevice(props: Props) {
  const page = useLivePage({});
  const { id } = props.entity;
  const { value, refresh } = useFresh<Omit<Props, "entity"> & { readonly entity: MappedEntityView | null }>(
    page,
    props,
    async () => {
      const [mapping, status, preview] = await Promise.all([
        lookAt<MappingView>("mappings"),
        lookAt<MappingStatusView>("status"),
        lookAt<MergePreviewView>("preview"),
      ]);
      if (!mapping || !status) return undefined;
      const entity = mapping.entities.find((one) => one.id === id) ?? null;
      return {
        ...props,
        entity,
        areas: mapping.areas,
        factory: preview ? factoryValues(id, preview) : {},
        readOnlyBecause: status.readOnlyBecause ?? null,
      };
    },
  );
  const readOnlyBecause = value.readOnlyBecause ?? undefined;
  const desk = useCoach(page, { now: props.now, readOnlyBecause, refresh });
  const { entity } = value;
  return (
    <SubPage title={entity?.name ?? props.entity.name} back={{ href: "/settings/coach/mapping", label: text.back }}>
      <div class="coach">
        <ReadOnlyNote reason={readOnlyBecause} />
        {entity === null
          ? <Gone />
          : entity.removed
          ? <Removed entity={entity} desk={desk} />
          : <Editor {...value} entity={entity} desk={desk} />}
        <RefusalCard refusal={desk.refusal} />
      </div>
    </SubPage>
  );
}

function Editor({ entity, areas, schema, factory, desk }: Props & { readonly desk: CoachDesk }) {
  const now = draftOf(entity.definition);
  const form = useDraft(now, () => schema ?? undefined);
  const [reason, setReason] = useState("");
  const isBehind = !saysTheSame(form.base, now);
  useEffect(() => {
    if (isBehind && !form.isChanged) form.begin(now);
  }, [isBehind, form.isChanged]);
  const save = async () => {
    const operations = editOperations(entity.id, { before: form.base, after: form.draft });
    const done = text.saved(String(form.draft["name"]));
    const answer = await desk.change(...editRequest(operations, reason), { done });
    if (!answer) return;
    form.begin(form.draft);
    setReason("");
  };
  return (
    <>
      <p class="muted device__kind">
        {kindWords[entity.kind as keyof typeof kindWords]?.one ?? entity.kind} · {mappingSourceWords[entity.source]}
      </p>
      <FactoryCard entity={entity} factory={factory} desk={desk} />
      {isBehind && form.isChanged && <Elsewhere onLoad={() => form.begin(now)} />}
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <DeviceForm
          key={form.number}
          draft={form.draft}
          areas={areas}
          schema={schema ?? undefined}
          isDisabled={!desk.isFree}
          onChange={form.set}
          onWrong={form.wrong}
        />
        <SaveBar
          reason={reason}
          isFree={desk.isFree}
          isBusy={desk.isBusy}
          isChanged={form.isChanged}
          problems={form.problems}
          onReason={setReason}
        />
      </form>
      <Remove entity={entity} desk={desk} />
    </>
  );
}

function Elsewhere({ onLoad }: { readonly onLoad: () => void }) {
  return (
    <section class="card refusal refusal--note">
      <Icon name="warning" />
      <div>
        <b>{text.elsewhere}</b>
        <button type="button" class="button" onClick={onLoad}>{text.load}</button>
      </div>
    </section>
  );
}

function Remove({ entity, desk }: { readonly entity: MappedEntityView; readonly desk: CoachDesk }) {
  return (
    <section class="card">
      <div class="actions actions--even">
        <a class="button" href={`/entities/${entity.id}`}>{text.control}</a>
      </div>
      <button
        type="button"
        class="button button--danger button--wide"
        disabled={!desk.isFree}
        onClick={() =>
          void desk.change(mappingAddress(pointerOf("entities", entity.id)), { method: "DELETE" }, {
            done: text.removed(entity.name),
          })}
      >
        {text.remove}
      </button>
      <p class="muted">{text.removeHelp}</p>
    </section>
  );
}

function Removed({ entity, desk }: { readonly entity: MappedEntityView; readonly desk: CoachDesk }) {
  return (
    <section class="card" data-removed>
      <h2>{text.isRemoved}</h2>
      <p class="muted">{text.isRemovedHelp}</p>
      <div class="actions">
        <button
          type="button"
          class="button button--accent"
          disabled={!desk.isFree}
          onClick={() =>
            void desk.change("reset", jsonRequest("POST", { entityId: entity.id, confirm: true }), {
              done: text.restored(entity.name),
            })}
        >
          {text.restore}
        </button>
      </div>
    </section>
  );
}

function Gone() {
  return (
    <section class="card" data-gone>
      <h2>{text.isGone}</h2>
      <p class="muted">{text.isGoneHelp}</p>
      <div class="actions">
        <a class="button" href="/settings/coach/history">{text.history}</a>
      </div>
    </section>
  );
}
