import { useState } from "preact/hooks";
import { Icon } from "../lib/ui/mod.ts";
import ProfileForm from "./config/ProfileForm.tsx";
import ProfileRow from "./config/ProfileRow.tsx";
import SwitchPreview from "./config/SwitchPreview.tsx";
import { type ProfileDesk, type ProfileSeed, useProfiles } from "./config/use_profiles.ts";
import { useLivePage } from "./live/page.ts";

const text = {
  about:
    "A profile is a set of settings under one name. It lies on top of what you have set, and takes nothing of it " +
    "away.",
  active: (name: string) => `${name} is active`,
  activeHelp: "It stays so after a restart.",
  none: "No profile is active",
  noneHelp: "What you have set in the configuration holds.",
  empty: "There are no profiles. Make one of what is set at present, or import one.",
  create: "New profile",
  import: "Import",
};

const emptyDraft = { name: "", description: "", inherits: null };

/** Named sets of overrides. */
export default function ProfilePanel(seed: ProfileSeed) {
  const page = useLivePage({});
  const desk = useProfiles(page, seed);
  const [isMaking, setMaking] = useState(false);
  return (
    <div class="config">
      <Active desk={desk} />
      {desk.profiles.length === 0 ? <p class="empty">{text.empty}</p> : (
        <ul class="rows">
          {desk.profiles.map((profile) => (
            <li key={profile.name}>
              <ProfileRow desk={desk} profile={profile} />
            </li>
          ))}
        </ul>
      )}
      {isMaking
        ? (
          <section class="card" aria-label={text.create}>
            <h2>{text.create}</h2>
            <ProfileForm desk={desk} first={emptyDraft} isKnown={false} onClose={() => setMaking(false)} />
          </section>
        )
        : (
          <div class="actions actions--even">
            <button type="button" class="button" disabled={!desk.isFree} onClick={() => setMaking(true)}>
              <Icon name="plus" />
              {text.create}
            </button>
            <Import desk={desk} />
          </div>
        )}
      <p class="muted">{text.about}</p>
    </div>
  );
}

function Active({ desk }: { readonly desk: ProfileDesk }) {
  const { activeProfile } = desk;
  return (
    <section class="card active-profile">
      <h2>{activeProfile === null ? text.none : text.active(activeProfile)}</h2>
      <p class="muted">{activeProfile === null ? text.noneHelp : text.activeHelp}</p>
      {activeProfile !== null && (
        <div class="actions">
          <SwitchPreview desk={desk} name={null} />
        </div>
      )}
    </section>
  );
}

function Import({ desk }: { readonly desk: ProfileDesk }) {
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (file) await desk.importFile(file);
    input.value = "";
  };
  return (
    <label class={desk.isFree ? "button button--file" : "button button--file is-disabled"}>
      <Icon name="upload" />
      <span>{text.import}</span>
      <input
        type="file"
        accept=".toml,application/toml,text/plain"
        disabled={!desk.isFree}
        onChange={(event) => void take(event.currentTarget)}
      />
    </label>
  );
}
