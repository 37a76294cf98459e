import { type PageHandler, RequestError } from "../lib/http/mod.ts";
import { databaseHeadline, LinkRow, mappingHeadline, roleWords, systemHeadline } from "../lib/ui/mod.ts";
import type { ConfigView, MeView } from "../lib/wire/mod.ts";

const text = {
  title: "Settings",
  coach: "Coach",
  coachHelp: "Model, devices and discovery",
  configuration: "Configuration",
  configurationHelp: "Every setting, and where it comes from",
  problems: (count: number) => count === 1 ? "One problem" : `${count} problems`,
  set: (count: number) => count === 0 ? "As shipped" : `${count} set by you`,
  profiles: "Profiles",
  profilesHelp: "Sets of settings to switch between",
  noProfile: "None active",
  database: "Database",
  databaseHelp: "Updates, backups and restore",
  system: "System",
  systemHelp: "Health, features, log and changes",
  unknown: "Does not answer",
  people: "People",
  peopleHelp: "Your account, and who else may use the coach",
  own: "Your account",
  ownHelp: "Name, password, PIN and devices",
  accountsOff: "Accounts are off",
  api: "API",
  apiHelp: "For programs of your own",
};

/** Where the owner sets things up. */
const settings: PageHandler = ({ services, databaseStatus, coach, config, accounts, principal }) => {
  const view = answerOf(() => config.view());
  const health = services.health();
  const mapping = answerOf(() => coach.status());
  const me = accounts?.me(principal);
  const isOwner = principal.role === "owner";
  return {
    title: text.title,
    section: "settings",
    body: (
      <>
        <h1>{text.title}</h1>
        <ul class="rows">
          <LinkRow
            href="/settings/people"
            icon="people"
            name={isOwner ? text.people : text.own}
            help={isOwner ? text.peopleHelp : text.ownHelp}
          >
            <span class="muted">{meWords(me)}</span>
          </LinkRow>
          <LinkRow href="/settings/coach" icon="chassis" name={text.coach} help={text.coachHelp}>
            <span class={mapping?.updateAvailable ? "is-warning" : "muted"}>
              {mapping ? mappingHeadline(mapping) : text.unknown}
            </span>
          </LinkRow>
          <LinkRow
            href="/settings/configuration"
            icon="settings"
            name={text.configuration}
            help={text.configurationHelp}
          >
            {view ? <ConfigSide view={view} /> : <span class="muted">{text.unknown}</span>}
          </LinkRow>
          <LinkRow href="/settings/profiles" icon="layers" name={text.profiles} help={text.profilesHelp}>
            <span class="muted">{view ? view.activeProfile ?? text.noProfile : text.unknown}</span>
          </LinkRow>
          <LinkRow href="/settings/database" icon="database" name={text.database} help={text.databaseHelp}>
            <span class={databaseStatus?.needsUpdate ? "is-warning" : "muted"}>
              {databaseStatus ? databaseHeadline(databaseStatus) : text.unknown}
            </span>
          </LinkRow>
          <LinkRow href="/settings/system" icon="shield" name={text.system} help={text.systemHelp}>
            <span class={health.status === "ok" ? "muted" : "is-warning"}>{systemHeadline(health)}</span>
          </LinkRow>
          <LinkRow href="/api/docs" icon="book" name={text.api} help={text.apiHelp} />
        </ul>
      </>
    ),
  };
};

export default settings;

/** Who looks at the page. */
function meWords(me: MeView | undefined): string {
  if (me?.name === undefined || me.role === undefined) return text.accountsOff;
  return `${me.name} · ${roleWords[me.role].name}`;
}

function ConfigSide({ view }: { readonly view: ConfigView }) {
  if (view.problems.length > 0) return <span class="is-warning">{text.problems(view.problems.length)}</span>;
  return <span class="muted">{text.set(view.keys.filter(({ below }) => below !== undefined).length)}</span>;
}

/** Undefined: it does not answer. Its own page says why; this one shows the rest all the same. */
function answerOf<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}
