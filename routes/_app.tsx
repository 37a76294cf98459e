import StatusBar from "../islands/StatusBar.tsx";
import TemperatureSwitch from "../islands/TemperatureSwitch.tsx";
import { type AppProps, may, type Page, topicAccess } from "../lib/http/mod.ts";
import { Icon, type IconName, Island } from "../lib/ui/mod.ts";

const text = {
  skip: "Skip to the content",
  simulated: "Simulated",
  simulatedHelp: "This coach is simulated. Nothing real moves.",
  noScript: "JavaScript is off: this page shows the coach and loads itself again every 15 seconds. " +
    "Controls need JavaScript.",
  navigation: "Pages",
  title: (page: string, coach: string) => `${page} · ${coach}`,
  version: (version: string) => `CoachIQ ${version}`,
  api: "API",
  description: "The coach, live",
  recovery: "Recovery",
  product: "CoachIQ",
  entranceNoScript: "JavaScript is off: signing in needs it.",
};

const pages: readonly {
  readonly section: NonNullable<Page["section"]>;
  readonly href: string;
  readonly icon: IconName;
  readonly name: string;
  /** Not for guests, or for them alone. */
  readonly isForGuests?: boolean;
}[] = [
  { section: "coach", href: "/", icon: "home", name: "Coach" },
  { section: "entities", href: "/entities", icon: "list", name: "Everything" },
  { section: "can", href: "/can", icon: "bus", name: "Bus", isForGuests: false },
  { section: "settings", href: "/settings", icon: "settings", name: "Settings", isForGuests: false },
  { section: "settings", href: "/settings/people", icon: "people", name: "You", isForGuests: true },
];

/** The frame around every page. Whoever is not signed in gets one that says nothing of the coach. */
export default function App(props: AppProps) {
  const { title, context } = props;
  const isStranger = context.principal.role === null;
  return (
    <html lang="en">
      <Head
        title={text.title(title, isStranger ? text.product : context.services.health().coach.name)}
        context={context}
      />
      {isStranger ? <EntranceFrame {...props} /> : <CoachFrame {...props} />}
    </html>
  );
}

function Head({ title, context }: Pick<AppProps, "title" | "context">) {
  const { assets, principal } = context;
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <meta name="build" content={assets.build} />
      <meta name="description" content={text.description} />
      <meta name="color-scheme" content="dark light" />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0d1014" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f1ec" />
      <title>{title}</title>
      <link rel="stylesheet" href={assets.url("style.css")} />
      <link rel="icon" type="image/svg+xml" href={assets.url("icon.svg")} />
      <link rel="manifest" href={assets.url("manifest.webmanifest")} />
      <script type="module" src={assets.url("app.js")} />
      {assets.preload.map((url) => <link key={url} rel="modulepreload" href={url} />)}
      {principal.role !== null && (
        <noscript>
          <meta http-equiv="refresh" content="15" />
        </noscript>
      )}
    </head>
  );
}

/** Around the pages before one is signed in: no name, no state, no socket. */
function EntranceFrame({ children }: AppProps) {
  return (
    <body>
      <header class="top">
        <span class="top__name">{text.product}</span>
      </header>
      <noscript>
        <p class="banner">{text.entranceNoScript}</p>
      </noscript>
      <main id="content">{children}</main>
    </body>
  );
}

function CoachFrame({ section, context, children }: AppProps) {
  const { services, preferences, databaseStatus, recovery, principal } = context;
  const health = services.health();
  return (
    <body data-section={section}>
      <a class="skip" href="#content">{text.skip}</a>
      <header class="top">
        <a class="top__name" href="/">{health.coach.name}</a>
        {health.simulated && <span class="pill pill--simulated" title={text.simulatedHelp}>{text.simulated}</span>}
        {recovery ? <span class="pill pill--bad">{text.recovery}</span> : (
          <Island
            name="TemperatureSwitch"
            of={TemperatureSwitch}
            props={{ temperature: preferences.temperature }}
          />
        )}
      </header>
      <noscript>
        <p class="banner">{text.noScript}</p>
      </noscript>
      <Island
        name="StatusBar"
        of={StatusBar}
        props={{
          health,
          database: databaseStatus ? { status: databaseStatus, job: null } : null,
          seesDatabase: may(principal, topicAccess.database),
          isDatabasePage: context.url.pathname === "/settings/database",
        }}
      />
      <main id="content">
        {children}
        <footer class="foot">
          <span>{text.version(health.version)}</span>
          {!recovery && <a href="/api/docs">{text.api}</a>}
        </footer>
      </main>
      {!recovery && <Navigation section={section} isGuest={principal.role === "guest"} />}
    </body>
  );
}

function Navigation({ section, isGuest }: { readonly section: Page["section"]; readonly isGuest: boolean }) {
  return (
    <nav class="bottom" aria-label={text.navigation}>
      {pages.filter(({ isForGuests = isGuest }) => isForGuests === isGuest).map((page) => (
        <a key={page.href} href={page.href} aria-current={page.section === section ? "page" : undefined}>
          <Icon name={page.icon} />
          <span>{page.name}</span>
        </a>
      ))}
    </nav>
  );
}
