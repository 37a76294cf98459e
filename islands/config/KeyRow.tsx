import { useState } from "preact/hooks";
import {
  ConfigDoc,
  configValueWords,
  Icon,
  keyLabel,
  lockReason,
  originPhrase,
  originWords,
} from "../../lib/ui/mod.ts";
import type { ConfigKeyView } from "../../lib/wire/mod.ts";
import type { ConfigDesk } from "./use_config.ts";
import ValueEditor from "./ValueEditor.tsx";

const text = {
  restart: "From the next start on",
  restartHelp: "A change counts from the next start on.",
  waits: (inForce: string) => `It counts from the next start on. Until then it is ${inForce}.`,
  reset: (value: string, origin: string) => `Back to ${value}, ${origin}`,
};

interface Props {
  readonly desk: ConfigDesk;
  readonly entry: ConfigKeyView;
  /** Asked for by the address of the page. */
  readonly isOpenAtFirst: boolean;
}

/** One key: its value and where that comes from; at a tap what it means, and the control to change it. */
export default function KeyRow({ desk, entry, isOpenAtFirst }: Props) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const isLocked = lockReason(entry) !== undefined;
  return (
    <details
      class="key"
      id={entry.key}
      data-key={entry.key}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary class="row">
        <span class="row__main">
          <b>{keyLabel(entry.key)}</b>
          <span class={entry.below ? "key__origin is-own" : "key__origin"}>{originWords(entry.origin)}</span>
          {entry.waitsForRestart && <span class="pill pill--later">{text.restart}</span>}
        </span>
        <span class="row__side">
          <span class="key__value">{configValueWords(entry.value, entry)}</span>
        </span>
        <Icon name={isLocked ? "lock" : "more"} class={isLocked ? "key__mark" : "key__mark key__mark--more"} />
      </summary>
      <div class="key__body">
        <ConfigDoc doc={entry.doc} />
        <Change desk={desk} entry={entry} isOpen={isOpen} />
        <p class="key__facts">
          <code>{entry.key}</code>
          <Range entry={entry} />
        </p>
      </div>
    </details>
  );
}

/** The control, or why there is none. */
function Change({ desk, entry, isOpen }: Omit<Props, "isOpenAtFirst"> & { readonly isOpen: boolean }) {
  const reason = lockReason(entry);
  const refusal = desk.refusal(entry.key);
  if (reason !== undefined) {
    return (
      <p class="key__locked">
        <Icon name="lock" />
        <span>{reason}</span>
      </p>
    );
  }
  const { below } = entry;
  return (
    <>
      {isOpen && desk.isReady && (
        <ValueEditor
          spec={entry}
          label={keyLabel(entry.key)}
          value={entry.value}
          isDisabled={!desk.isFree}
          onChange={(value) => void desk.set(entry, value)}
        />
      )}
      {refusal !== undefined && <p class="editor__wrong" role="alert">{refusal}</p>}
      {entry.reload === "restart" && (
        <p class={entry.waitsForRestart ? "is-warning" : "muted"}>
          {entry.waitsForRestart ? text.waits(configValueWords(entry.inForce, entry)) : text.restartHelp}
        </p>
      )}
      {below && desk.isReady && (
        <button
          type="button"
          class="button key__reset"
          disabled={!desk.isFree}
          onClick={() => void desk.set(entry, null)}
        >
          {text.reset(configValueWords(below.value, entry), originPhrase(below.origin))}
        </button>
      )}
    </>
  );
}

function Range({ entry: { minimum, maximum, unit } }: { readonly entry: ConfigKeyView }) {
  if (minimum === undefined || maximum === undefined) return null;
  return <span>{`${minimum} to ${configValueWords(maximum, { unit })}`}</span>;
}
