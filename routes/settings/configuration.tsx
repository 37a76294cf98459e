import ConfigPanel from "../../islands/ConfigPanel.tsx";
import type { PageHandler } from "../../lib/http/mod.ts";
import { Island, SubPage } from "../../lib/ui/mod.ts";

const text = {
  title: "Configuration",
  back: "To the settings",
};

/** Longest search that is taken from an address. */
const maxQueryLength = 100;

/** Every key of the configuration, its value and where that comes from. */
const configurationPage: PageHandler = async ({ config, url }) => {
  const props = {
    view: config.view(),
    backups: await config.backups(),
    query: (url.searchParams.get("q") ?? "").slice(0, maxQueryLength),
    now: new Date().toISOString(),
  };
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings", label: text.back }}>
        <Island name="ConfigPanel" of={ConfigPanel} props={props} />
      </SubPage>
    ),
  };
};

export default configurationPage;
