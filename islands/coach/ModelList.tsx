import { Icon } from "../../lib/ui/mod.ts";
import type { CoachModelView } from "../../lib/wire/mod.ts";
import FileButton from "../database/FileButton.tsx";
import type { CoachDesk } from "./use_coach.ts";

const text = {
  title: "Coach models",
  help: "Choose the one that is your coach, or is most like it. You see what it would change before anything does.",
  facts: ({ version, entities }: CoachModelView) => `Version ${version}, ${entities} devices`,
  active: "In use",
  update: "Update",
  own: "Yours",
  from: (origin: string) => `From: ${origin}`,
  upload: "Upload a model of your own",
  uploadHelp: "A YAML file as the export makes it. It is checked first, and used only when you choose it above.",
  uploaded: "The model is kept. Choose it in the list.",
};

/** Every model that can be used. A tap leads to what it would change. */
export default function ModelList(
  { models, desk, refresh }: {
    readonly models: readonly CoachModelView[];
    readonly desk: CoachDesk;
    readonly refresh: () => Promise<void>;
  },
) {
  return (
    <section aria-labelledby="models">
      <h2 id="models">{text.title}</h2>
      <p class="muted">{text.help}</p>
      <ul class="rows">
        {models.map((model) => (
          <li key={model.id}>
            <a class="row" href={`/settings/coach/preview?model=${model.id}`}>
              <span class="row__main">
                <b>{model.name}</b>
                <span class="muted">{text.facts(model)}</span>
                <span class="muted">{text.from(model.origin)}</span>
              </span>
              <span class="row__side">
                {model.active && <span class="pill pill--good">{text.active}</span>}
                {model.updateAvailable && <span class="pill pill--warning">{text.update}</span>}
                {model.custom && <span class="pill">{text.own}</span>}
              </span>
              <Icon name="more" class="row__more" />
            </a>
          </li>
        ))}
      </ul>
      <div class="actions">
        <FileButton
          label={text.upload}
          isDisabled={!desk.isFree}
          accept=".yml,.yaml,text/yaml,application/yaml"
          path="/api/coach/upload"
          type="text/yaml"
          onSent={() => {
            desk.refuse(undefined);
            desk.tell(text.uploaded);
            void refresh();
          }}
          onFailed={(reason, errors) => {
            desk.refuse({ sentence: reason, errors });
            desk.say(reason);
          }}
        />
      </div>
      <p class="muted">{text.uploadHelp}</p>
    </section>
  );
}
