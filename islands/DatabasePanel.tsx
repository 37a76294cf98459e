import { useEffect } from "preact/hooks";
import { Icon, LossList, Part, RunList, SizeList, WriteBars } from "../lib/ui/mod.ts";
import BackupList from "./database/BackupList.tsx";
import FileButton from "./database/FileButton.tsx";
import JobCard from "./database/JobCard.tsx";
import ResetCard from "./database/ResetCard.tsx";
import SafetyCheck from "./database/SafetyCheck.tsx";
import { type DatabaseDesk, type DatabaseSeed, useDatabase } from "./database/use_database.ts";
import VersionCard from "./database/VersionCard.tsx";
import { fetchSignedIn } from "./live/entrance.ts";
import { useLivePage, useTopic } from "./live/page.ts";

const text = {
  recovery: "CoachIQ cannot use its database",
  recoveryHelp: "The coach works as ever from its own panels and switches. Choose a backup below and restore it: " +
    "what is there now is set aside first.",
  restarting: "CoachIQ is starting again. This page opens the coach when it is there.",
  backups: "Backups",
  backup: "Back up now",
  upload: "Upload",
  userData: "Your own settings",
  userDataHelp: "Names, settings, mapping, overrides and profiles in one small file, without states and history: " +
    "to keep, or to take to another machine.",
  userDataDown: "Download",
  userDataUp: "Put back",
  userDataQuestion: "Put these settings back? They replace those of the same name.",
  userDataDone: "Your settings are in place.",
  sizes: "Room on the disk",
  loss: "When the power goes",
  writes: "Writing",
  runs: "What was done",
};

/** Without the page's own program nothing can be asked; this often it looks whether it is back, ms. */
const lookEveryMs = 2_000;

/** Updates, backups, restore. */
export default function DatabasePanel(seed: DatabaseSeed) {
  const page = useLivePage({});
  useTopic(page, "database");
  const desk = useDatabase(page, seed);
  const { status, job } = desk;
  const isRecovery = status.mode === "recovery";
  const isRepaired = seed.status.mode === "recovery" && job?.state === "done" &&
    (job.kind === "restore" || job.kind === "reset");
  const isBeingReplaced = job?.state === "running" && ["update", "restore", "reset"].includes(job.kind);
  useReturn(isRepaired, seed.status.mode === "recovery" && !isRecovery);
  return (
    <div class="database">
      {status.recovery && !isRepaired && <Recovery reason={status.recovery.reason} />}
      {isRepaired && <p class="card is-good">{text.restarting}</p>}
      {job && <JobCard job={job} onClose={desk.closeJob} />}
      {!isRecovery && !isBeingReplaced && <VersionCard desk={desk} />}
      {!status.needsUpdate && (!status.safety.safe || desk.parked) && (
        <section class="card">
          <SafetyCheck desk={desk} />
        </section>
      )}
      <Backups desk={desk} />
      {!isRecovery && <UserData desk={desk} />}
      <Part id="sizes" title={text.sizes}>
        <SizeList status={status} />
      </Part>
      {!isRecovery && status.lossWindow && (
        <Part id="loss" title={text.loss}>
          <LossList lossWindow={status.lossWindow} />
        </Part>
      )}
      {!isRecovery && (
        <Part id="writes" title={text.writes}>
          <WriteBars writes={desk.writes} />
        </Part>
      )}
      {!isRecovery && (
        <Part id="runs" title={text.runs}>
          <RunList runs={desk.runs} nowMs={desk.nowMs} isLocal={desk.isReady} />
        </Part>
      )}
      <ResetCard desk={desk} />
    </div>
  );
}

function Recovery({ reason }: { readonly reason: string }) {
  return (
    <section class="card recovery" role="alert">
      <div class="job__head">
        <Icon name="warning" />
        <h2>{text.recovery}</h2>
      </div>
      <p>{reason}</p>
      <p class="muted">{text.recoveryHelp}</p>
    </section>
  );
}

function Backups({ desk }: { readonly desk: DatabaseDesk }) {
  return (
    <Part id="backups" title={text.backups}>
      <BackupList desk={desk} />
      <div class="actions actions--even">
        {desk.status.mode === "running" && (
          <button
            type="button"
            class="button"
            disabled={!desk.isFree}
            onClick={() => void desk.begin("backups")}
          >
            {text.backup}
          </button>
        )}
        <FileButton
          label={text.upload}
          isDisabled={!desk.isFree}
          accept=".db,.sqlite,.sqlite3,application/vnd.sqlite3,application/octet-stream"
          path="/api/database/backups/upload"
          type="application/octet-stream"
          onSent={(jobId) => jobId !== undefined && void desk.follow(jobId)}
          onFailed={desk.say}
        />
      </div>
    </Part>
  );
}

function UserData({ desk }: { readonly desk: DatabaseDesk }) {
  return (
    <Part id="user-data" title={text.userData}>
      <p class="muted">{text.userDataHelp}</p>
      <div class="actions actions--even">
        <a class="button" href="/api/database/user-data" download>
          <Icon name="download" />
          {text.userDataDown}
        </a>
        <FileButton
          label={text.userDataUp}
          isDisabled={!desk.isFree}
          accept=".gz,application/gzip"
          path={`/api/database/user-data?confirm=true&parked=${desk.parked}`}
          type="application/gzip"
          question={text.userDataQuestion}
          onSent={() => desk.say(text.userDataDone)}
          onFailed={desk.say}
        />
      </div>
    </Part>
  );
}

/** Leads to the coach as soon as the whole program runs again. */
function useReturn(isRepaired: boolean, isBack: boolean): void {
  useEffect(() => {
    if (isBack) return location.assign("/");
    if (!isRepaired) return;
    const timer = setInterval(async () => {
      const response = await fetchSignedIn("/api/database/status").catch(() => undefined);
      if (response?.ok && (await response.json()).mode === "running") location.assign("/");
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [isRepaired, isBack]);
}
