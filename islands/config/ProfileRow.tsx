import { useState } from "preact/hooks";
import { configValueWords, formatMoment, fullKeyLabel, Icon } from "../../lib/ui/mod.ts";
import type { ProfileView } from "../../lib/wire/mod.ts";
import HoldToConfirm from "../parts/HoldToConfirm.tsx";
import { nameFrom } from "./name_from.ts";
import ProfileForm from "./ProfileForm.tsx";
import SwitchPreview from "./SwitchPreview.tsx";
import type { ProfileDesk } from "./use_profiles.ts";

const text = {
  active: "Active",
  shipped: "Shipped",
  broken: "Broken",
  made: (author: string, when: string) => `By ${author}, ${when}.`,
  shippedHelp: "It ships with CoachIQ, so it cannot be changed or deleted. A copy can.",
  inherits: (name: string) => `On top of ${name}: what that profile sets holds too.`,
  nothing: "It sets nothing.",
  edit: "Edit",
  copy: "Copy",
  copyName: (name: string) => `my-${name}`,
  download: "Export",
  remove: "Hold to delete",
  removeQuestion: (name: string) => `Delete the profile ${name}?`,
  activeHelp: "It is active. To delete it, switch to another first.",
  heirs: (names: string) => `It stays while ${names} is on top of it.`,
  early: "Hold the button until its ring is full.",
};

interface Props {
  readonly desk: ProfileDesk;
  readonly profile: ProfileView;
}

/** One profile; what it sets, and what can be done with it, open at a tap. */
export default function ProfileRow({ desk, profile }: Props) {
  const [form, setForm] = useState<"edit" | "copy" | undefined>(undefined);
  const isBroken = profile.problems.length > 0;
  return (
    <details class="backup" data-profile={profile.name}>
      <summary class="row">
        <span class="row__main">
          <span class="pills">
            <b>{profile.name}</b>
            {profile.active && <span class="pill pill--good">{text.active}</span>}
            {isBroken && <span class="pill pill--bad">{text.broken}</span>}
            {profile.shipped && <span class="pill">{text.shipped}</span>}
          </span>
          {profile.description !== "" && <span class="muted">{profile.description}</span>}
        </span>
        <Icon name="more" class="backup__more" />
      </summary>
      <div class="backup__body">
        {form === undefined ? <Body desk={desk} profile={profile} onForm={setForm} /> : (
          <ProfileForm
            desk={desk}
            isKnown={form === "edit"}
            first={{
              name: form === "edit" ? profile.name : nameFrom(text.copyName(profile.name)),
              description: profile.description,
              inherits: profile.inherits,
              overrides: profile.overrides,
            }}
            onClose={() => setForm(undefined)}
          />
        )}
      </div>
    </details>
  );
}

function Body({ desk, profile, onForm }: Props & { readonly onForm: (form: "edit" | "copy") => void }) {
  return (
    <>
      {profile.problems.map((problem) => <p key={problem} class="is-bad">{problem}</p>)}
      <Settings desk={desk} profile={profile} />
      {profile.inherits !== null && <p class="muted">{text.inherits(profile.inherits)}</p>}
      <p class="muted">
        {profile.createdAt === null
          ? text.shippedHelp
          : text.made(profile.author, formatMoment(profile.createdAt, { isLocal: desk.isReady }))}
      </p>
      {!profile.active && (
        <div class="actions">
          <SwitchPreview desk={desk} name={profile.name} isDisabled={profile.problems.length > 0} />
        </div>
      )}
      <div class="actions actions--even">
        {!profile.shipped && (
          <button
            type="button"
            class="button"
            disabled={!desk.isFree}
            onClick={() => onForm("edit")}
          >
            {text.edit}
          </button>
        )}
        <button type="button" class="button" disabled={!desk.isFree} onClick={() => onForm("copy")}>{text.copy}</button>
        <a class="button" href={`/api/config/profiles/${profile.name}/export`} download>{text.download}</a>
      </div>
      {!profile.shipped && <Removal desk={desk} profile={profile} />}
    </>
  );
}

function Settings({ desk, profile }: Props) {
  const entries = Object.entries(profile.overrides);
  if (entries.length === 0) return <p class="muted">{text.nothing}</p>;
  return (
    <dl class="changes-to">
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt>{fullKeyLabel(key)}</dt>
          <dd>
            <b>{configValueWords(value, desk.keyOf(key))}</b>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Deleting, or the reason why not. */
function Removal({ desk, profile }: Props) {
  const heirs = desk.profiles.filter(({ inherits }) => inherits === profile.name).map(({ name }) => name);
  const why = profile.active ? text.activeHelp : heirs.length > 0 ? text.heirs(heirs.join(", ")) : undefined;
  return (
    <>
      <div class="actions">
        <HoldToConfirm
          tone="danger"
          isDisabled={!desk.isFree || why !== undefined}
          question={text.removeQuestion(profile.name)}
          onConfirm={() => void desk.remove(profile)}
          onEarly={() => desk.say(text.early)}
        >
          {text.remove}
        </HoldToConfirm>
      </div>
      {why !== undefined && <p class="muted">{why}</p>}
    </>
  );
}
