import LogPanel from "../../../islands/LogPanel.tsx";
import { HttpError, type PageHandler } from "../../../lib/http/mod.ts";
import { Island, SubPage } from "../../../lib/ui/mod.ts";

const text = {
  title: "Log",
  back: "To the system",
  silent: "Cannot show the log: the program is not ready yet. Try again in a moment.",
};

/** Events that the page begins with. */
const limit = 200;

/** What the program tells, live. */
const logPage: PageHandler = ({ system }) => {
  if (!system) throw new HttpError(503, { detail: text.silent });
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings/system", label: text.back }}>
        <Island name="LogPanel" of={LogPanel} props={{ entries: system.log({ limit }), levels: system.logLevels() }} />
      </SubPage>
    ),
  };
};

export default logPage;
