import type { PageHandler } from "../lib/http/mod.ts";
import { databaseHeadline, Icon } from "../lib/ui/mod.ts";

const text = {
  title: "Settings",
  database: "Database",
  databaseHelp: "Updates, backups and restore",
  unknown: "Does not answer",
  api: "API",
  apiHelp: "For programs of your own",
};

/** Where the owner sets things up. */
const settings: PageHandler = ({ databaseStatus }) => ({
  title: text.title,
  section: "settings",
  body: (
    <>
      <h1>{text.title}</h1>
      <ul class="rows">
        <li>
          <a class="row" href="/settings/database">
            <span class="row__icon">
              <Icon name="database" />
            </span>
            <span class="row__main">
              <b>{text.database}</b>
              <span class="muted">{text.databaseHelp}</span>
            </span>
            <span class={databaseStatus?.needsUpdate ? "row__side is-warning" : "row__side muted"}>
              {databaseStatus ? databaseHeadline(databaseStatus) : text.unknown}
            </span>
          </a>
        </li>
        <li>
          <a class="row" href="/api/docs">
            <span class="row__icon">
              <Icon name="book" />
            </span>
            <span class="row__main">
              <b>{text.api}</b>
              <span class="muted">{text.apiHelp}</span>
            </span>
          </a>
        </li>
      </ul>
    </>
  ),
});

export default settings;
