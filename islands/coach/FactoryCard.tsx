import { type Draft, editedPaths, fieldName, isOwnDevice, mappingValueWords } from "../../lib/ui/mod.ts";
import type { MappedEntityView, PatchOperation } from "../../lib/wire/mod.ts";
import HoldToConfirm from "../parts/HoldToConfirm.tsx";
import { editRequest, jsonRequest, pointerOf } from "./ask_coach.ts";
import { type CoachDesk, tooEarly } from "./use_coach.ts";

const text = {
  title: "You changed",
  model: (value: string) => `The model says ${value}`,
  notThere: "The model does not say it",
  unknown: "Given back with all the others below",
  back: "Give back",
  backLabel: (field: string) => `Give ${field} back what the model says`,
  done: (field: string) => `The ${field} is as the model says.`,
  all: "Hold to give all of it back",
  question: "Give this device back what the coach model says?",
  allDone: (name: string) => `${name} is as the model says.`,
};

interface Props {
  readonly entity: MappedEntityView;
  /** Field → what the model says, for fields that the owner changed; a field of its own that the model lacks is null. */
  readonly factory: Draft;
  readonly desk: CoachDesk;
}

/** What the owner changed of a device, and the way back, one by one or all at once. */
export default function FactoryCard({ entity, factory, desk }: Props) {
  if (entity.edited.length === 0 || isOwnDevice(entity)) return null;
  return (
    <section class="card factory">
      <h2>{text.title}</h2>
      <ul>
        {editedPaths(entity, factory).map((field) => (
          <EditedField key={field} field={field} {...{ entity, factory, desk }} />
        ))}
      </ul>
      <div class="actions">
        <HoldToConfirm
          isDisabled={!desk.isFree}
          question={text.question}
          onConfirm={() =>
            void desk.change("reset", jsonRequest("POST", { entityId: entity.id, confirm: true }), {
              done: text.allDone(entity.name),
            })}
          onEarly={() => desk.say(tooEarly)}
        >
          {text.all}
        </HoldToConfirm>
      </div>
    </section>
  );
}

function EditedField({ field, entity, factory, desk }: Props & { readonly field: string }) {
  const isKnown = Object.hasOwn(factory, field);
  const value = factory[field];
  const path = pointerOf("entities", entity.id, ...field.split("/"));
  const operation: PatchOperation = value === null || value === undefined
    ? { op: "remove", path }
    : { op: "add", path, value };
  const name = fieldName(field.split("/").at(-1) ?? field);
  return (
    <li>
      <span class="row__main">
        <b>{name}</b>
        <span class="muted">
          {!isKnown ? text.unknown : value === null ? text.notThere : text.model(mappingValueWords(value))}
        </span>
      </span>
      {isKnown && (
        <button
          type="button"
          class="button"
          aria-label={text.backLabel(name)}
          disabled={!desk.isFree}
          onClick={() => void desk.change(...editRequest([operation], ""), { done: text.done(name) })}
        >
          {text.back}
        </button>
      )}
    </li>
  );
}
