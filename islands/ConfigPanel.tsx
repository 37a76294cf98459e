import { Icon } from "../lib/ui/mod.ts";
import type { ConfigView } from "../lib/wire/mod.ts";
import ConfigBackups from "./config/ConfigBackups.tsx";
import KeyList from "./config/KeyList.tsx";
import { type ConfigSeed, useConfig } from "./config/use_config.ts";
import { useLivePage } from "./live/page.ts";

const text = {
  problems: "Something is not as it should be",
  profile: (name: string) => `The profile ${name} is active.`,
  look: "Profiles",
  waits: (count: number) =>
    count === 1 ? "One setting counts from the next start on." : `${count} settings count from the next start on.`,
};

/** Every key of the configuration, and the backups of its file. */
export default function ConfigPanel(seed: ConfigSeed) {
  const page = useLivePage({});
  const desk = useConfig(page, seed);
  return (
    <div class="config">
      <Notes view={desk.view} />
      <KeyList desk={desk} firstQuery={seed.query} />
      <ConfigBackups desk={desk} />
    </div>
  );
}

/** What concerns the configuration as a whole. */
function Notes({ view }: { readonly view: ConfigView }) {
  const waiting = view.keys.filter(({ waitsForRestart }) => waitsForRestart).length;
  return (
    <>
      {view.problems.length > 0 && (
        <section class="card problems" role="alert">
          <h2>
            <Icon name="warning" />
            {text.problems}
          </h2>
          <ul>
            {view.problems.map(({ what, todo }) => (
              <li key={what}>
                {what} <span class="muted">{todo}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {waiting > 0 && (
        <p class="note is-warning">
          <Icon name="clock" />
          <span>{text.waits(waiting)}</span>
        </p>
      )}
      {view.activeProfile !== null && (
        <p class="note">
          <Icon name="check" />
          <span>{text.profile(view.activeProfile)}</span>
          <a class="button" href="/settings/profiles">{text.look}</a>
        </p>
      )}
    </>
  );
}
