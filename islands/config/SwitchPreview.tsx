import { useState } from "preact/hooks";
import { configValueWords, fullKeyLabel } from "../../lib/ui/mod.ts";
import type { ProfilePreview } from "../../lib/wire/mod.ts";
import type { ProfileDesk } from "./use_profiles.ts";

const text = {
  switch: (name: string) => `Switch to ${name}…`,
  leave: "Go on without it…",
  title: (count: number) => count === 0 ? "Nothing would change." : count === 1 ? "One change:" : `${count} changes:`,
  restart: "From the next start on",
  now: (name: string | null) => name === null ? "Go on without it" : `Switch to ${name}`,
  cancel: "Cancel",
};

interface Props {
  readonly desk: ProfileDesk;
  /** Null: no profile. */
  readonly name: string | null;
  readonly isDisabled?: boolean;
}

/** A button that shows first what a switch would change, and then switches. */
export default function SwitchPreview({ desk, name, isDisabled = false }: Props) {
  const [preview, setPreview] = useState<ProfilePreview | undefined>(undefined);
  const look = async () => setPreview(await desk.preview(name));
  if (!preview) {
    return (
      <button
        type="button"
        class={name === null ? "button" : "button button--save"}
        disabled={isDisabled || !desk.isFree}
        onClick={() => void look()}
      >
        {name === null ? text.leave : text.switch(name)}
      </button>
    );
  }
  const apply = async () => {
    if (await desk.switchTo(name)) setPreview(undefined);
  };
  return (
    <section class="preview" aria-live="polite">
      <h3>{text.title(preview.changes.length)}</h3>
      <Changes desk={desk} preview={preview} />
      <div class="actions">
        <button type="button" class="button button--save" disabled={!desk.isFree} onClick={() => void apply()}>
          {text.now(name)}
        </button>
        <button type="button" class="button" onClick={() => setPreview(undefined)}>{text.cancel}</button>
      </div>
    </section>
  );
}

function Changes({ desk, preview }: { readonly desk: ProfileDesk; readonly preview: ProfilePreview }) {
  return (
    <dl class="changes-to">
      {preview.changes.map(({ key, from, to, reload }) => {
        const known = desk.keyOf(key) ?? {};
        return (
          <div key={key}>
            <dt>{fullKeyLabel(key)}</dt>
            <dd>
              <s>{configValueWords(from, known)}</s> <b>{configValueWords(to, known)}</b>
              {reload === "restart" && <span class="pill pill--later">{text.restart}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
