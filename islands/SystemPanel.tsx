import {
  BusCards,
  CoreParts,
  LinkRow,
  MachineList,
  Part,
  PastAlerts,
  SafetyCard,
  VerdictCard,
  verdictOf,
  VersionList,
  WorkList,
} from "../lib/ui/mod.ts";
import type { TemperatureUnit } from "../lib/wire/mod.ts";
import { useLivePage } from "./live/page.ts";
import FeatureRow from "./system/FeatureRow.tsx";
import { type SystemSeed, useSystem } from "./system/use_system.ts";

const text = {
  features: "Features",
  core: "Core",
  buses: "Buses",
  machine: "Machine",
  work: "At work",
  versions: "Versions",
  past: "What was wrong before",
  look: "Look closer",
  log: "Log",
  logHelp: "What the program tells, live",
  changes: "Record of changes",
  changesHelp: "Who did what, and when",
  diagnostics: "Diagnostics",
  diagnosticsHelp: "A file for whoever helps you, without secrets, positions and addresses",
};

/** Alerts that are over, shown at most. */
const shownPast = 10;

interface Props extends SystemSeed {
  readonly temperature: TemperatureUnit;
}

/** The program's own health. */
export default function SystemPanel(seed: Props) {
  const page = useLivePage({ temperature: seed.temperature });
  const desk = useSystem(page, seed);
  const { system, alerts, safety } = desk;
  const past = alerts.filter(({ clearedAt }) => clearedAt !== null).slice(0, shownPast);
  const verdict = verdictOf(desk.health, { alerts, safeReason: safety.safeReason });
  return (
    <div class="system">
      <VerdictCard verdict={verdict} nowMs={desk.nowMs} />
      <SafetyCard safety={safety} />
      {desk.isOwner && <Links />}
      <Part id="buses" title={text.buses}>
        <BusCards buses={system.buses} />
      </Part>
      <Part id="features" title={text.features}>
        <ul class="rows">
          {system.features.map((feature) => <FeatureRow key={feature.name} feature={feature} desk={desk} />)}
        </ul>
      </Part>
      <Part id="core" title={text.core}>
        <CoreParts core={system.core} />
      </Part>
      <Part id="machine" title={text.machine}>
        <MachineList machine={system.machine} temperature={page.temperature.value} />
      </Part>
      <Part id="work" title={text.work}>
        <WorkList system={system} />
      </Part>
      <Part id="versions" title={text.versions}>
        <VersionList system={system} />
      </Part>
      {past.length > 0 && (
        <Part id="past" title={text.past}>
          <PastAlerts alerts={past} isLocal={desk.isReady} />
        </Part>
      )}
    </div>
  );
}

function Links() {
  return (
    <Part id="look" title={text.look}>
      <ul class="rows">
        <LinkRow href="/settings/system/log" icon="list" name={text.log} help={text.logHelp} />
        <LinkRow href="/settings/system/changes" icon="clock" name={text.changes} help={text.changesHelp} />
        <LinkRow
          href="/api/system/diagnostics"
          icon="download"
          name={text.diagnostics}
          help={text.diagnosticsHelp}
          isFile
        />
      </ul>
    </Part>
  );
}
