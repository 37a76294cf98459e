import LogPanel from "../../../islands/LogPanel.tsx";
import { HttpError, type PageHandler } from "../../../lib/http/mod.ts";
import { Icon, Island } from "../../../lib/ui/mod.ts";

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
      <>
        <header class="page-head">
          <a class="back" href="/settings/system" aria-label={text.back}>
            <Icon name="back" />
          </a>
          <h1>{text.title}</h1>
        </header>
        <Island name="LogPanel" of={LogPanel} props={{ entries: system.log({ limit }), levels: system.logLevels() }} />
      </>
    ),
  };
};

export default logPage;
