import DatabasePanel from "../../islands/DatabasePanel.tsx";
import { HttpError, type PageHandler } from "../../lib/http/mod.ts";
import { Island, SubPage } from "../../lib/ui/mod.ts";

const text = {
  title: "Database",
  recovery: "Recovery",
  back: "To the settings",
  silent: "The storage does not answer. The log says why.",
};

/** Updates, backups and restore; in recovery mode the one page that there is. */
const databasePage: PageHandler = async ({ database, databaseStatus: status, recovery }) => {
  if (!status) throw new HttpError(503, { detail: text.silent });
  const running = status.runningJobId === null ? undefined : database.job(status.runningJobId);
  const props = {
    status,
    job: running ?? null,
    runs: database.runs(),
    backups: await database.backups(),
    writes: database.writeBudget(),
    now: new Date().toISOString(),
  };
  const title = recovery ? text.recovery : text.title;
  const panel = <Island name="DatabasePanel" of={DatabasePanel} props={props} />;
  return {
    title,
    section: "settings",
    body: recovery
      ? (
        <>
          <h1>{title}</h1>
          {panel}
        </>
      )
      : <SubPage title={title} back={{ href: "/settings", label: text.back }}>{panel}</SubPage>,
  };
};

export default databasePage;
