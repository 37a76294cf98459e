import ProfilePanel from "../../islands/ProfilePanel.tsx";
import type { PageHandler } from "../../lib/http/mod.ts";
import { Island, SubPage } from "../../lib/ui/mod.ts";

const text = {
  title: "Profiles",
  back: "To the settings",
};

/** Named sets of settings. */
const profilesPage: PageHandler = ({ config }) => {
  const { keys, activeProfile } = config.view();
  const profiles = config.profiles();
  const set = new Set(profiles.flatMap(({ overrides }) => Object.keys(overrides)));
  const props = {
    profiles,
    // The form asks for the rest when it is opened.
    keys: keys.filter(({ key }) => set.has(key)),
    activeProfile,
  };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings", label: text.back }}>
        <Island name="ProfilePanel" of={ProfilePanel} props={props} />
      </SubPage>
    ),
  };
};

export default profilesPage;
