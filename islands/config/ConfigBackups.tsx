import { useState } from "preact/hooks";
import { formatBytes, formatMoment, Icon } from "../../lib/ui/mod.ts";
import { type ConfigBackupView, formatAge } from "../../lib/wire/mod.ts";
import HoldToConfirm from "../parts/HoldToConfirm.tsx";
import { nameFrom } from "./name_from.ts";
import type { ConfigDesk } from "./use_config.ts";

const text = {
  title: "Backups of your settings",
  none: "There is no backup yet. One is made before every change.",
  ago: (age: string) => `${age} ago`,
  before: "Before a change",
  overrides: "Your settings",
  profile: (name: string) => `Profile ${name}`,
  made: (when: string) => `Made ${when}.`,
  restore: "Hold to restore",
  restoreHelp: "The file becomes as it was then. What is there now is backed up first.",
  restoreQuestion: "Put this backup in the place of the present file?",
  remove: "Hold to delete",
  removeQuestion: "Delete this backup for good?",
  early: "Hold the button until its ring is full.",
  keep: "Keep the present settings under a name",
  placeholder: "before-the-trip",
  save: "Keep",
  more: (count: number) => `Show ${count} older`,
};

/** Shown at first. */
const shownAtFirst = 5;

/** Backups of the files that the site writes; made before each change, and by name on demand. */
export default function ConfigBackups({ desk }: { readonly desk: ConfigDesk }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? desk.backups : desk.backups.slice(0, shownAtFirst);
  const rest = desk.backups.length - shown.length;
  return (
    <section aria-labelledby="config-backups">
      <h2 id="config-backups">{text.title}</h2>
      <KeepForm desk={desk} />
      {desk.backups.length === 0 ? <p class="empty">{text.none}</p> : (
        <ul class="rows">
          {shown.map((backup) => <li key={backup.id}>{<Backup desk={desk} backup={backup} />}</li>)}
        </ul>
      )}
      {rest > 0 && (
        <div class="actions">
          <button type="button" class="button" disabled={!desk.isReady} onClick={() => setWhole(true)}>
            {text.more(rest)}
          </button>
        </div>
      )}
    </section>
  );
}

function KeepForm({ desk }: { readonly desk: ConfigDesk }) {
  const [name, setName] = useState("");
  const keep = async () => {
    if (await desk.keep(name)) setName("");
  };
  return (
    <form
      class="editor editor--keep"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== "") void keep();
      }}
    >
      <label class="field">
        <span>{text.keep}</span>
        <input
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxLength={64}
          placeholder={text.placeholder}
          value={name}
          disabled={!desk.isFree}
          onInput={(event) => setName(event.currentTarget.value = nameFrom(event.currentTarget.value))}
        />
      </label>
      <button type="submit" class="button" disabled={!desk.isFree || name === ""}>{text.save}</button>
    </form>
  );
}

function Backup({ desk, backup }: { readonly desk: ConfigDesk; readonly backup: ConfigBackupView }) {
  const onEarly = () => desk.say(text.early);
  return (
    <details class="backup" data-backup={backup.id}>
      <summary class="row">
        <span class="row__main">
          <b>{backup.name ?? text.before}</b>
          <span class="muted">{fileWords(backup.file)}</span>
        </span>
        <span class="row__side">
          <span>{text.ago(formatAge(desk.nowMs - Date.parse(backup.createdAt)))}</span>
          <span class="muted">{formatBytes(backup.sizeBytes)}</span>
        </span>
        <Icon name="more" class="backup__more" />
      </summary>
      <div class="backup__body">
        <p class="muted">
          {text.made(formatMoment(backup.createdAt, { isLocal: desk.isReady }))} {text.restoreHelp}
        </p>
        <div class="actions actions--even">
          <HoldToConfirm
            tone="accent"
            isDisabled={!desk.isFree}
            question={text.restoreQuestion}
            onConfirm={() => void desk.restore(backup)}
            onEarly={onEarly}
          >
            {text.restore}
          </HoldToConfirm>
          <HoldToConfirm
            tone="danger"
            isDisabled={!desk.isFree}
            question={text.removeQuestion}
            onConfirm={() => void desk.remove(backup)}
            onEarly={onEarly}
          >
            {text.remove}
          </HoldToConfirm>
        </div>
      </div>
    </details>
  );
}

/** `config-overrides.toml` are the settings, `profiles/camping.toml` is a profile. */
function fileWords(file: string): string {
  const profile = /^profiles\/(.+)\.[a-z]+$/.exec(file)?.[1];
  return profile === undefined ? text.overrides : text.profile(profile);
}
