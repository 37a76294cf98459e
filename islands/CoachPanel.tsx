import { Icon, LinkRow } from "../lib/ui/mod.ts";
import type { CoachModelView, MappingStatusView } from "../lib/wire/mod.ts";
import { jsonRequest } from "./coach/ask_coach.ts";
import ModelCard from "./coach/ModelCard.tsx";
import ModelList from "./coach/ModelList.tsx";
import RefusalCard, { ReadOnlyNote } from "./coach/RefusalCard.tsx";
import { type CoachDesk, lookAt, tooEarly, useCoach, useFresh } from "./coach/use_coach.ts";
import { useLivePage } from "./live/page.ts";
import HoldToConfirm from "./parts/HoldToConfirm.tsx";

const text = {
  mapping: "Devices",
  mappingHelp: (count: number) => `${count} devices: names, areas, outputs`,
  discovery: "Discovery",
  discoveryHelp: "Press a wall switch and see what moves",
  history: "History",
  historyHelp: "Who changed what, and undo",
  export: "Export",
  exportHelp: "The whole coach as a model file, or only what you changed as a patch (RFC 6902).",
  whole: "Model file",
  patch: "My changes",
  reset: "Factory reset",
  resetHelp: "Every device is again as the coach model says. Your names, areas, added and removed devices go. " +
    "The database is backed up first, and the history can take it back.",
  hold: "Hold to reset the mapping",
  question: "Give every device back what the coach model says?",
  done: "The mapping is as the coach model says.",
};

interface Props {
  readonly status: MappingStatusView;
  readonly models: readonly CoachModelView[];
  /** The coach's time, ISO 8601. */
  readonly now: string;
}

/** The coach model in use, others to choose from, and the ways to the rest. */
export default function CoachPanel(props: Props) {
  const page = useLivePage({});
  const { value: { status, models }, refresh } = useFresh(page, props, async () => {
    const [status, models] = await Promise.all([
      lookAt<MappingStatusView>("status"),
      lookAt<readonly CoachModelView[]>("models"),
    ]);
    return status && models && { ...props, status, models };
  });
  const desk = useCoach(page, { now: props.now, readOnlyBecause: status.readOnlyBecause, refresh });
  return (
    <div class="coach">
      <ReadOnlyNote reason={status.readOnlyBecause} />
      <ModelCard status={status} desk={desk} />
      <ul class="rows">
        <LinkRow
          href="/settings/coach/mapping"
          icon="list"
          name={text.mapping}
          help={text.mappingHelp(status.entities)}
        />
        <LinkRow href="/settings/coach/discovery" icon="bus" name={text.discovery} help={text.discoveryHelp} />
        <LinkRow href="/settings/coach/history" icon="clock" name={text.history} help={text.historyHelp} />
      </ul>
      <RefusalCard refusal={desk.refusal} />
      <ModelList models={models} desk={desk} refresh={refresh} />
      <section aria-labelledby="export">
        <h2 id="export">{text.export}</h2>
        <p class="muted">{text.exportHelp}</p>
        <div class="actions actions--even">
          <Download format="yaml" name={text.whole} />
          <Download format="patch" name={text.patch} />
        </div>
      </section>
      <Reset desk={desk} />
    </div>
  );
}

function Download({ format, name }: { readonly format: "yaml" | "patch"; readonly name: string }) {
  return (
    <a class="button" href={`/api/coach/export?format=${format}`} download>
      <Icon name="download" />
      {name}
    </a>
  );
}

function Reset({ desk }: { readonly desk: CoachDesk }) {
  return (
    <details class="card reset">
      <summary>
        <b>{text.reset}</b>
      </summary>
      <div class="reset__scope">
        <p class="muted">{text.resetHelp}</p>
        <HoldToConfirm
          tone="danger"
          isDisabled={!desk.isFree}
          question={text.question}
          onConfirm={() => void desk.change("reset", jsonRequest("POST", { confirm: true }), { done: text.done })}
          onEarly={() => desk.say(tooEarly)}
        >
          {text.hold}
        </HoldToConfirm>
      </div>
    </details>
  );
}
