import { Bar, formatBytes, formatDuration, Icon, jobStages, jobWords } from "../../lib/ui/mod.ts";
import type { JobView } from "../../lib/wire/mod.ts";

const text = {
  percent: (percent: number) => `${percent} %`,
  close: "Close",
  wouldWork: "The update would succeed.",
  wouldFail: "The update would fail:",
  took: "Took",
  needs: "Needs",
  free: "Free",
};

/** How far a job is, and what became of it. */
export default function JobCard({ job, onClose }: { readonly job: JobView; readonly onClose: () => void }) {
  const isRunning = job.state === "running";
  return (
    <section class={`card job is-${job.state}`} aria-live="polite" data-job={job.kind}>
      <div class="job__head">
        <span class="job__mark">
          {job.state !== "running" && <Icon name={job.state === "done" ? "check" : "warning"} />}
        </span>
        <h2>{jobWords[job.kind][job.state]}</h2>
        {isRunning && <b class="job__percent">{text.percent(Math.round(job.percent))}</b>}
      </div>
      {isRunning && <Bar percent={job.percent} tone="job" />}
      {isRunning && isStaged(job) && <Stages job={job} />}
      {job.report ? <Report report={job.report} /> : <p class="job__message">{job.message}</p>}
      {!isRunning && <button type="button" class="button" onClick={onClose}>{text.close}</button>}
    </section>
  );
}

function isStaged({ kind }: JobView): boolean {
  return kind === "update" || kind === "restore";
}

/** The parts of an update or a restore. A late step of the history must not lead back. */
function Stages({ job }: { readonly job: JobView }) {
  const found = jobStages.findIndex(({ steps }) => steps.includes(job.step));
  const current = job.percent >= 88 && found < 2 ? 2 : found;
  return (
    <ol class="stages">
      {jobStages.map(({ words }, i) => (
        <li
          key={words}
          class={i < current ? "is-done" : i === current ? "is-current" : ""}
          aria-current={i === current ? "step" : undefined}
        >
          {words}
        </li>
      ))}
    </ol>
  );
}

function Report({ report }: { readonly report: NonNullable<JobView["report"]> }) {
  const { conflicts, steps } = report;
  return (
    <div class="report">
      <p class={conflicts.length === 0 ? "is-good" : "is-bad"}>
        {conflicts.length === 0 ? text.wouldWork : text.wouldFail}
      </p>
      {conflicts.length > 0 && <ul>{conflicts.map((conflict) => <li key={conflict}>{conflict}</li>)}</ul>}
      <dl class="counters">
        <div>
          <dt>{text.took}</dt>
          <dd>{formatDuration(report.durationMs)}</dd>
        </div>
        <div>
          <dt>{text.needs}</dt>
          <dd>{formatBytes(report.diskBytes)}</dd>
        </div>
        <div>
          <dt>{text.free}</dt>
          <dd>{formatBytes(report.freeBytes)}</dd>
        </div>
      </dl>
      {steps.length > 0 && (
        <ul class="pending">{steps.map(({ name, description }) => <li key={name}>{description}</li>)}</ul>
      )}
    </div>
  );
}
