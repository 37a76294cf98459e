import {
  type AlertView,
  type CoreServiceView,
  formatAge,
  formatTemperature,
  type SafetyView,
  type SystemView,
  type TemperatureUnit,
} from "../wire/mod.ts";
import { Bar } from "./bar.tsx";
import { formatBytes, formatMoment, versionWords } from "./database_words.ts";
import { Icon } from "./icon.tsx";
import {
  coreStateWords,
  coreTitle,
  drivingSentence,
  millisecondsText,
  priorityWords,
  uptimeWords,
  type Verdict,
} from "./system_words.ts";

const text = {
  since: (age: string) => `for ${age}`,
  allRun: (count: number) => `All ${count} run`,
  someRun: (up: number, count: number) => `${up} of ${count} run`,
  restarted: (count: number) => count === 1 ? "Started again once" : `Started again ${count} times`,
  noBuses: "There is no interface.",
  perSecond: "frames/s",
  silent: "Nothing was heard yet",
  heard: (age: string) => `Last frame ${age} ago`,
  now: "just now",
  ago: (age: string) => `${age} ago`,
  justNow: "Last frame just now",
  address: (address: string) => `Our address ${address}`,
  noAddress: "No address claimed",
  errors: "Bus errors",
  dropped: "Lost",
  malformed: "Malformed",
  unknown: "Unknown",
  links: {
    up: "Up",
    down: "Down",
    busOff: "Bus off",
    errorPassive: "Errors",
    missing: "Missing",
  } as Readonly<Record<string, string>>,
  disk: "Disk",
  free: (free: string, total: string | undefined) => total === undefined ? `${free} free` : `${free} of ${total} free`,
  temperature: "Processor",
  memory: "Memory of CoachIQ",
  load: "Load",
  loadHelp: "Programs that want to run, over a minute",
  clock: "Clock",
  clockRight: "Right",
  clockWrong: "Not set yet",
  clockWrongHelp: "Times before it is set are not kept.",
  devices: "Devices",
  live: "heard",
  stale: "silent",
  restored: "from before",
  unseen: "never heard",
  states: "Writing of states",
  history: "Writing of history",
  p95: "95 % take no longer",
  waiting: (count: number) => `${count} wait`,
  today: "Written today",
  screens: "Screens connected",
  behind: (count: number) => count === 1 ? "one cannot keep up" : `${count} cannot keep up`,
  version: "CoachIQ",
  runtime: "Runs on",
  schema: "Database",
  paused: "Writing is paused",
  uptime: "Running",
  over: (from: string, to: string) => `${from} to ${to}`,
};

/** The one sentence, and what to do. */
export function VerdictCard({ verdict, nowMs }: { readonly verdict: Verdict; readonly nowMs: number }) {
  const { tone, headline, problems } = verdict;
  return (
    <section class={`card verdict verdict--${tone}`} aria-live="polite">
      <h2>
        <Icon name={tone === "good" ? "check" : "warning"} />
        {headline}
      </h2>
      {problems.length > 0 && (
        <ul>
          {problems.map(({ priority, what, todo, raisedAt }) => (
            <li key={what}>
              <p class="verdict__weight">
                <b class={`weight weight--${priority}`}>{priorityWords[priority]}</b>
                {raisedAt !== undefined && (
                  <span class="muted">{text.since(formatAge(nowMs - Date.parse(raisedAt)))}</span>
                )}
              </p>
              <p>{what}</p>
              <p class="muted">{todo}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Whether the coach is parked, and how that is known. */
export function SafetyCard({ safety }: { readonly safety: SafetyView }) {
  return (
    <section class="card">
      <p>
        <b>{drivingSentence(safety)}</b>
      </p>
      <ul class="plain evidence">
        {safety.evidence.map(({ text: words, ageS }) => (
          <li key={words} class="muted">
            <span>{words}</span>
            {ageS !== undefined && <span>{ageS < 1 ? text.now : text.ago(formatAge(ageS * 1000))}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The parts that nothing switches off: one line, and more where one of them does not run. */
export function CoreParts({ core }: { readonly core: readonly CoreServiceView[] }) {
  const up = core.filter(({ state }) => state === "up").length;
  const isWell = up === core.length;
  return (
    <details class="keys" open={!isWell}>
      <summary>
        <h2>{isWell ? text.allRun(core.length) : text.someRun(up, core.length)}</h2>
        <Icon name="more" class="row__more key__mark--more" />
      </summary>
      <ul class="rows">
        {core.map(({ name, state, reason, restarts }) => (
          <li key={name} class="row">
            <span class="row__main">
              {coreTitle(name)}
              {reason !== undefined && <span class="is-bad">{reason}</span>}
              {restarts > 0 && <span class="muted">{text.restarted(restarts)}</span>}
            </span>
            <span class={`row__side ${state === "failed" ? "is-bad" : "muted"}`}>{coreStateWords[state]}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function BusCards({ buses }: { readonly buses: SystemView["buses"] }) {
  if (buses.length === 0) return <p class="empty">{text.noBuses}</p>;
  return (
    <div class="cards">
      {buses.map((bus) => (
        <section key={bus.name} class="card" data-bus={bus.name}>
          <div class="card__head">
            <h3>{bus.name}</h3>
            <span class={bus.link === "up" ? "pill pill--good" : "pill pill--bad"}>
              {text.links[bus.link] ?? bus.link}
            </span>
          </div>
          <p>
            <span class="interface__rate">{bus.framesPerS}</span> {text.perSecond}
          </p>
          <p class="muted">
            {`${heardWords(bus.lastFrameAgeS)} · ${
              bus.sourceAddress === undefined ? text.noAddress : text.address(bus.sourceAddress)
            }`}
          </p>
          <dl class="counters counters--four">
            <Counter name={text.errors} count={bus.errorFrames} isBad />
            <Counter name={text.dropped} count={bus.dropped} isBad />
            <Counter name={text.malformed} count={bus.malformed} isBad />
            <Counter name={text.unknown} count={bus.unknown} />
          </dl>
        </section>
      ))}
    </div>
  );
}

function heardWords(ageS: number | undefined): string {
  if (ageS === undefined) return text.silent;
  return ageS < 1 ? text.justNow : text.heard(formatAge(ageS * 1000));
}

function Counter({ name, count, isBad }: { readonly name: string; readonly count: number; readonly isBad?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={isBad && count > 0 ? "is-warning" : undefined}>{count}</dd>
    </div>
  );
}

function Fact(
  { name, value, below, tone }: {
    readonly name: string;
    readonly value: string;
    readonly below?: string | undefined;
    readonly tone?: string | undefined;
  },
) {
  return (
    <li class="row">
      <span class="row__main">
        {name}
        {below !== undefined && <span class="muted">{below}</span>}
      </span>
      <b class={tone ? `row__side ${tone}` : "row__side"}>{value}</b>
    </li>
  );
}

/** Hotter than this a Raspberry Pi slows itself down, °C (its documentation, frequency management). */
const hotC = 80;
/** Less free space than this calls for attention, share of the disk. */
const scarceShare = 0.1;

export function MachineList(
  { machine, temperature }: { readonly machine: SystemView["machine"]; readonly temperature: TemperatureUnit },
) {
  const { diskFreeBytes, diskTotalBytes, temperatureC, memoryBytes, load1, clockIsRight } = machine;
  const used = diskTotalBytes === undefined ? undefined : 1 - diskFreeBytes / diskTotalBytes;
  const isScarce = used !== undefined && used > 1 - scarceShare;
  const shown = temperatureC === undefined ? undefined : formatTemperature(temperatureC, temperature);
  const total = diskTotalBytes === undefined ? undefined : formatBytes(diskTotalBytes);
  return (
    <ul class="rows">
      <li class="row">
        <span class="row__main">
          {text.disk}
          {used !== undefined && <Bar percent={used * 100} tone={isScarce ? "bad" : "good"} />}
        </span>
        <b class={isScarce ? "row__side is-bad" : "row__side"}>{text.free(formatBytes(diskFreeBytes), total)}</b>
      </li>
      {shown && temperatureC !== undefined && (
        <Fact
          name={text.temperature}
          value={`${shown.text} ${shown.unit}`}
          tone={temperatureC >= hotC ? "is-bad" : undefined}
        />
      )}
      <Fact name={text.memory} value={formatBytes(memoryBytes)} />
      {load1 !== undefined && <Fact name={text.load} below={text.loadHelp} value={load1.toFixed(2)} />}
      <Fact
        name={text.clock}
        value={clockIsRight ? text.clockRight : text.clockWrong}
        below={clockIsRight ? undefined : text.clockWrongHelp}
        tone={clockIsRight ? undefined : "is-warning"}
      />
    </ul>
  );
}

export function WorkList({ system }: { readonly system: SystemView }) {
  const { entities, writing, sockets } = system;
  const devices = [
    `${entities.live} ${text.live}`,
    ...(["stale", "restored", "unseen"] as const).flatMap((one) =>
      entities[one] > 0 ? [`${entities[one]} ${text[one]}`] : []
    ),
  ];
  const all = entities.live + entities.stale + entities.restored + entities.unseen;
  return (
    <ul class="rows">
      <Fact name={text.devices} below={devices.join(", ")} value={String(all)} />
      <Fact
        name={text.screens}
        below={sockets.behind > 0 ? text.behind(sockets.behind) : undefined}
        value={String(sockets.clients)}
      />
      <Fact
        name={text.states}
        below={writing.statesWaiting > 0 ? `${text.p95} · ${text.waiting(writing.statesWaiting)}` : text.p95}
        value={millisecondsText(writing.statesP95Ms)}
      />
      <Fact name={text.history} below={text.p95} value={millisecondsText(writing.historyP95Ms)} />
      <Fact name={text.today} value={formatBytes(writing.todayBytes)} />
    </ul>
  );
}

export function VersionList({ system }: { readonly system: SystemView }) {
  const { version, runtime, architecture, uptimeS, database } = system;
  return (
    <ul class="rows">
      <Fact name={text.version} value={version} />
      <Fact name={text.uptime} value={text.since(uptimeWords(uptimeS))} />
      <Fact name={text.runtime} value={runtime} below={architecture} />
      <Fact
        name={text.schema}
        value={versionWords(database.schema)}
        below={database.isPaused ? text.paused : undefined}
        tone={database.schema === database.target ? undefined : "is-warning"}
      />
    </ul>
  );
}

/** What was wrong and is over. */
export function PastAlerts(
  { alerts, isLocal }: { readonly alerts: readonly AlertView[]; readonly isLocal: boolean },
) {
  return (
    <ul class="rows">
      {alerts.map(({ id, what, raisedAt, clearedAt }) => (
        <li key={`${id} ${raisedAt}`} class="row">
          <span class="row__main">
            {what}
            <span class="muted">
              {text.over(formatMoment(raisedAt, { isLocal }), formatMoment(clearedAt ?? raisedAt, { isLocal }))}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
