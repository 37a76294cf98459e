import { type EntityDetail, formatReading, type SourceView, type TemperatureUnit } from "../wire/mod.ts";
import { ageText, freshnessWords } from "./freshness.ts";
import { sayAlone } from "./summary.ts";

const text = {
  unheard: "Not heard yet",
  from: ({ message, dgn, sourceAddress, interface: name }: SourceView) =>
    `${message} (${dgn}) from ${sourceAddress} on ${name}`,
  instance: (instance: number) => `Instance ${instance}`,
  sources: {
    factory: "Comes with the coach model",
    import: "Imported",
    user: "Entered by the owner",
    learned: "Learned from the bus",
  } as Readonly<Record<string, string>>,
  verified: "Seen to work",
  notVerified: "Nobody has seen this work yet: the first use asks for a hold.",
  noSignals: "No message of this device was heard yet.",
};

/** Every signal with its age and where it came from. */
export function SignalTable(
  { entity, temperature, elapsedMs }: {
    readonly entity: EntityDetail;
    readonly temperature: TemperatureUnit;
    readonly elapsedMs: number;
  },
) {
  if (entity.signals.length === 0) return <p class="empty">{text.noSignals}</p>;
  return (
    <ul class="rows">
      {entity.signals.map((signal) => {
        const { reading, source } = signal;
        const said = reading && formatReading(reading, { temperature });
        const isFlag = reading && "value" in reading && typeof reading.value === "boolean";
        return (
          <li key={signal.name} class={`row signal is-${signal.freshness}`} data-signal={signal.name}>
            <span class="row__main">
              <b>{signal.label}</b>
              {signal.help && <span class="muted">{signal.help}</span>}
              {source && <span class="muted signal__source">{text.from(source)}</span>}
            </span>
            <span class="row__side">
              <span class={said && !said.isValue ? "signal__value is-warning" : "signal__value"}>
                {!said || !reading
                  ? text.unheard
                  : isFlag
                  ? sayAlone(signal.name, { reading, temperature }).replace(/^.*: /, "")
                  : said.text}
                {said && said.unit !== "" && <small>{`\u00a0${said.unit}`}</small>}
              </span>
              <span class="muted">
                {signal.ageMs === undefined ? freshnessWords[signal.freshness] : ageText(signal.ageMs + elapsedMs)}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Which messages feed the entity. */
export function BindingList({ entity, elapsedMs }: { readonly entity: EntityDetail; readonly elapsedMs: number }) {
  return (
    <ul class="rows">
      {entity.bindings.map((binding) => (
        <li key={`${binding.message}:${binding.instance}`} class="row">
          <span class="row__code">{binding.dgn}</span>
          <span class="row__main">
            <b class="message">{binding.message}</b>
            {binding.instance !== undefined && <span class="muted">{text.instance(binding.instance)}</span>}
          </span>
          <span class="row__side">
            <span>{freshnessWords[binding.freshness]}</span>
            <span class="muted">
              {ageText(binding.ageMs === undefined ? undefined : binding.ageMs + elapsedMs)}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Who says that it is installed like this. */
export function ProvenanceCard({ provenance }: { readonly provenance: EntityDetail["provenance"] }) {
  return (
    <div class="card">
      <p>
        <b>{text.sources[provenance.source] ?? provenance.source}</b>
      </p>
      {provenance.coach && <p class="muted">{provenance.coach}</p>}
      {provenance.evidence && <p class="muted">{provenance.evidence}</p>}
      <p class={provenance.verified ? "is-good" : "is-warning"}>
        {provenance.verified ? text.verified : text.notVerified}
      </p>
    </div>
  );
}
