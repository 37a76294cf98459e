import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Draft, draftOf, entityIdOf, firstValue, formOfKind, Icon, kindWords } from "../lib/ui/mod.ts";
import type { MappingJson, MappingStatusView, MappingView, ProposalView } from "../lib/wire/mod.ts";
import { jsonRequest, mappingAddress, pointerOf } from "./coach/ask_coach.ts";
import DeviceForm from "./coach/DeviceForm.tsx";
import RefusalCard, { ReadOnlyNote } from "./coach/RefusalCard.tsx";
import SaveBar from "./coach/SaveBar.tsx";
import TrialButtons from "./coach/TrialButtons.tsx";
import { type CoachDesk, lookAt, useCoach, useFresh } from "./coach/use_coach.ts";
import { useDraft } from "./coach/use_draft.ts";
import { type LivePage, useLivePage } from "./live/page.ts";

const text = {
  kind: "What it is",
  learned: "Learned from the bus",
  added: (name: string) => `${name} is added.`,
  addedTitle: "It is added",
  addedHelp: "It is on the pages already.",
  look: "Look at it",
  another: "Add another",
  discovery: "To discovery",
  id: (id: string) => `Its address is ${id}.`,
};

interface Props {
  readonly areas: MappingView["areas"];
  readonly kinds: MappingView["kinds"];
  /** Names for addresses that are taken. */
  readonly ids: readonly string[];
  /** What was found on the bus. */
  readonly proposal: ProposalView | null;
  readonly readOnlyBecause: string | null;
  readonly now: string;
}

/** A new device: what it is, then the form of that kind; with a proposal of the bus filled in. */
export default function CoachAdd(props: Props) {
  const page = useLivePage({});
  const { value, refresh } = useFresh(page, props, async () => {
    const [mapping, status] = await Promise.all([
      lookAt<MappingView>("mappings"),
      lookAt<MappingStatusView>("status"),
    ]);
    return mapping && status && {
      ...props,
      areas: mapping.areas,
      ids: mapping.entities.map(({ id }) => id),
      readOnlyBecause: status.readOnlyBecause ?? null,
    };
  });
  const readOnlyBecause = value.readOnlyBecause ?? undefined;
  const desk = useCoach(page, { now: props.now, readOnlyBecause, refresh });
  const [added, setAdded] = useState<string | undefined>(undefined);
  if (added !== undefined) return <Added id={added} />;
  return (
    <div class="coach">
      <ReadOnlyNote reason={readOnlyBecause} />
      <Editor {...value} page={page} desk={desk} onAdded={setAdded} />
      <RefusalCard refusal={desk.refusal} />
    </div>
  );
}

interface EditorProps extends Props {
  readonly page: LivePage;
  readonly desk: CoachDesk;
  readonly onAdded: (id: string) => void;
}

function Editor(props: EditorProps) {
  const { areas, kinds, ids, proposal, page, desk, onAdded } = props;
  const [reason, setReason] = useState("");
  const form = useDraft(firstDraft(props), (kind) => kinds[kind]);
  const kind = String(form.draft["kind"]);
  const id = freeId(String(form.draft["name"] ?? ""), ids);
  const save = async () => {
    const body = { value: form.draft, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) };
    const done = text.added(String(form.draft["name"]));
    if (await desk.change(mappingAddress(pointerOf("entities", id)), jsonRequest("PUT", body), { done })) onAdded(id);
  };
  return (
    <>
      {proposal && (
        <Proposal proposal={proposal}>
          <TrialButtons
            page={page}
            definition={{ id, ...form.draft }}
            isDisabled={!desk.isFree || form.problems.length > 0}
          />
        </Proposal>
      )}
      <form
        class="card form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <KindChoice
          kind={kind}
          kinds={Object.keys(kinds)}
          isDisabled={!desk.isFree}
          onChange={(next) => form.begin(form.base, ofKind(form.draft, { kind: next, schema: kinds[next] }))}
        />
        <DeviceForm
          key={form.number}
          draft={form.draft}
          areas={areas}
          schema={kinds[kind]}
          isDisabled={!desk.isFree}
          onChange={form.set}
          onWrong={form.wrong}
        />
        {id !== "" && <p class="muted">{text.id(id)}</p>}
        <SaveBar
          reason={reason}
          isFree={desk.isFree}
          isBusy={desk.isBusy}
          isChanged={form.isChanged || proposal !== null}
          problems={form.problems}
          onReason={setReason}
        />
      </form>
    </>
  );
}

function Proposal(
  { proposal, children }: { readonly proposal: ProposalView; readonly children: ComponentChildren },
) {
  return (
    <section class="card proposal">
      <b>{text.learned}</b>
      <p class="muted">{proposal.evidence}</p>
      {proposal.tryable && children}
    </section>
  );
}

function firstDraft({ areas, kinds, proposal }: Props): Draft {
  if (proposal) {
    const draft = draftOf(proposal.definition);
    const provenance = { verified: false, ...draft["provenance"] as Draft, source: "learned" };
    return { ...draft, provenance: { evidence: proposal.evidence, ...provenance } };
  }
  const kind = Object.hasOwn(kinds, "light") ? "light" : Object.keys(kinds)[0] ?? "light";
  const draft = { name: "", area: areas[0]?.key ?? "", hidden: false, provenance: { source: "user", verified: false } };
  return ofKind(draft, { kind, schema: kinds[kind] });
}

/** What every kind has stays; the rest begins anew. */
function ofKind(
  { name = "", area = "", hidden = false, provenance = {} }: Draft,
  { kind, schema }: { readonly kind: string; readonly schema: MappingJson | undefined },
): Draft {
  return { kind, name, area, hidden, provenance, ...firstValue(formOfKind(schema)) };
}

/** A name for addresses that is not taken; empty while there is no name. */
function freeId(name: string, ids: readonly string[]): string {
  const wanted = entityIdOf(name);
  const taken = new Set(ids);
  if (wanted === "" || !taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}_${number}`)) number++;
  return `${wanted}_${number}`;
}

function KindChoice(
  { kind, kinds, isDisabled, onChange }: {
    readonly kind: string;
    readonly kinds: readonly string[];
    readonly isDisabled: boolean;
    readonly onChange: (kind: string) => void;
  },
) {
  return (
    <label class="field">
      <span>{text.kind}</span>
      <select name="/kind" disabled={isDisabled} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {kinds.map((one) => (
          <option key={one} value={one} selected={one === kind}>
            {kindWords[one as keyof typeof kindWords]?.one ?? one}
          </option>
        ))}
      </select>
    </label>
  );
}

function Added({ id }: { readonly id: string }) {
  return (
    <section class="card current" data-added={id}>
      <span class="current__mark">
        <Icon name="check" />
      </span>
      <div>
        <h2>{text.addedTitle}</h2>
        <p class="muted">{text.addedHelp}</p>
        <div class="actions">
          <a class="button" href={`/settings/coach/mapping/${id}`}>{text.look}</a>
          <a class="button" href="/settings/coach/add">{text.another}</a>
          <a class="button" href="/settings/coach/discovery">{text.discovery}</a>
        </div>
      </div>
    </section>
  );
}
