import ChangesPanel from "../../../islands/ChangesPanel.tsx";
import { HttpError, type PageHandler } from "../../../lib/http/mod.ts";
import { auditActionWords, Island, SubPage } from "../../../lib/ui/mod.ts";
import type { AuditView } from "../../../lib/wire/mod.ts";

const text = {
  title: "Record of changes",
  back: "To the system",
  silent: "Cannot show the record: the program is not ready yet. Try again in a moment.",
};

/** Entries of one page. */
const pageSize = 50;

/** Who did what. */
const changesPage: PageHandler = ({ system, url }) => {
  if (!system) throw new HttpError(503, { detail: text.silent });
  const asked = url.searchParams.get("action") ?? "";
  const action = isAction(asked) ? asked : null;
  const entries = system.audit({ limit: pageSize, ...(action === null ? {} : { action }) });
  return {
    title: text.title,
    section: "settings",
    body: (
      <SubPage title={text.title} back={{ href: "/settings/system", label: text.back }}>
        <Island name="ChangesPanel" of={ChangesPanel} props={{ entries, action, pageSize }} />
      </SubPage>
    ),
  };
};

export default changesPage;

function isAction(word: string): word is AuditView["action"] {
  return Object.hasOwn(auditActionWords, word);
}
