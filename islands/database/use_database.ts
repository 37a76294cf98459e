import { useEffect, useRef, useState } from "preact/hooks";
import type {
  BackupView,
  DatabaseRunView,
  DatabaseStatusView,
  JobView,
  Problem,
  WriteBudgetView,
} from "../../lib/wire/mod.ts";
import { fetchSignedIn } from "../live/entrance.ts";
import { type LivePage, useReady } from "../live/page.ts";

/** What the page was rendered with. */
export interface DatabaseSeed {
  readonly status: DatabaseStatusView;
  readonly job: JobView | null;
  readonly runs: readonly DatabaseRunView[];
  readonly backups: readonly BackupView[];
  readonly writes: readonly WriteBudgetView[];
  /** The coach's time, ISO 8601: ages count from it, whatever the phone's clock says. */
  readonly now: string;
}

/** The database as the parts of the page need it. */
export interface DatabaseDesk extends Omit<DatabaseSeed, "now"> {
  /** The page has come alive. */
  readonly isReady: boolean;
  /** Nothing else runs and the page is alive: something may be begun. */
  readonly isFree: boolean;
  /** Besides, it is safe to change the database now. */
  readonly mayChange: boolean;
  /** The coach's time, ms. */
  readonly nowMs: number;
  readonly parked: boolean;
  setParked(parked: boolean): void;
  /** Begins a job. */
  begin(path: string, body?: object): Promise<void>;
  remove(backup: BackupView): Promise<void>;
  /** Takes a job over that was begun elsewhere on this page. */
  follow(jobId: string): Promise<void>;
  closeJob(): void;
  say(sentence: string): void;
}

const text = {
  failed: "CoachIQ cannot be reached. Look whether it happened.",
};

/** The status is asked for again this often: soon while something is in the way, ms. */
const refreshEveryMs = { blocked: 2_000, quiet: 10_000 } as const;
/** Without a socket a running job is asked for this often, ms. */
const pollEveryMs = 1_500;

export function useDatabase(page: LivePage, seed: DatabaseSeed): DatabaseDesk {
  const isReady = useReady();
  const [parked, setParked] = useState(false);
  const status = useStatus(page, { first: seed.status, parked });
  const jobs = useJob(page, seed.job);
  const lists = useLists(seed, jobs.job);
  const start = useRef({ coachMs: Date.parse(seed.now), pageMs: page.nowMs.peek() });
  const say = (sentence: string) => page.desk.announce(sentence, "problem");
  const send = async (path: string, init: RequestInit) => {
    try {
      const response = await fetchSignedIn(path, { headers: { "content-type": "application/json" }, ...init });
      const answer: Partial<Problem> & { readonly jobId?: string } = response.status === 204
        ? {}
        : await response.json();
      if (!response.ok) say([answer.detail, ...answer.errors ?? []].filter(isNew).join(" "));
      if (answer.jobId !== undefined) await jobs.follow(answer.jobId);
    } catch {
      say(text.failed);
    }
    await status.refresh();
  };
  const isFree = isReady && jobs.job?.state !== "running" && status.status.runningJobId === null;
  return {
    ...lists,
    status: status.status,
    job: jobs.job,
    isReady,
    isFree,
    mayChange: isFree && status.status.safety.safe,
    nowMs: start.current.coachMs + Math.max(0, page.nowMs.value - start.current.pageMs),
    parked,
    setParked,
    begin: (path, body = {}) => send(`/api/database/${path}`, { method: "POST", body: JSON.stringify(body) }),
    remove: async ({ id }) => {
      await send(`/api/database/backups/${id}`, { method: "DELETE" });
      await lists.refresh();
    },
    follow: jobs.follow,
    closeJob: jobs.close,
    say,
  };
}

function isNew(sentence: string | undefined, index: number, all: readonly (string | undefined)[]): boolean {
  return sentence !== undefined && all.findIndex((other) => other?.includes(sentence)) === index;
}

/** The status: from the socket, and asked for where the owner's word or time alone changes it. */
function useStatus(
  page: LivePage,
  { first, parked }: { readonly first: DatabaseStatusView; readonly parked: boolean },
) {
  const [status, setStatus] = useState(first);
  const looks = useRef(0);
  const tellings = useRef(0);
  const refresh = async () => {
    const [look, tellingsBefore] = [++looks.current, tellings.current];
    try {
      const response = await fetchSignedIn(`/api/database/status?parked=${parked}`);
      if (!response.ok) return;
      const found: DatabaseStatusView = await response.json();
      // Of several looks the last one counts; what was told meanwhile is newer but for the owner's own word.
      if (look !== looks.current) return;
      const isOlder = tellings.current !== tellingsBefore;
      setStatus((before) => isOlder ? { ...before, safety: found.safety } : found);
    } catch {
      // The banner says that the coach cannot be reached.
    }
  };
  const isBlocked = !status.safety.safe;
  useEffect(() => {
    void refresh();
    const timer = setInterval(
      () => document.visibilityState === "visible" && void refresh(),
      isBlocked ? refreshEveryMs.blocked : refreshEveryMs.quiet,
    );
    return () => clearInterval(timer);
  }, [parked, isBlocked]);
  const told = page.store.database.value;
  useEffect(() => {
    tellings.current++;
    // What is told to all does not know this owner's word.
    if (told) setStatus((before) => ({ ...told.status, safety: before.safety }));
    if (told?.job?.state !== "running") void refresh();
  }, [told]);
  return { status, refresh };
}

/** The job that runs, or that this page saw running. */
function useJob(page: LivePage, first: JobView | null) {
  const [job, setJob] = useState(first);
  const seen = useRef(new Set(first ? [first.jobId] : []));
  const tellings = useRef(0);
  const take = (next: JobView | null) => {
    if (!next) return;
    if (next.state === "running") seen.current.add(next.jobId);
    if (seen.current.has(next.jobId)) setJob(next);
  };
  const told = page.store.database.value;
  useEffect(() => {
    tellings.current++;
    take(told?.job ?? null);
    // Known to this page alone: the program may have been started anew meanwhile.
    if (told && told.job === null && job?.state === "running") void look(job.jobId);
  }, [told]);
  const look = async (jobId: string) => {
    const tellingsBefore = tellings.current;
    try {
      const response = await fetchSignedIn(`/api/database/update/${jobId}/progress`);
      const found: JobView | null = response.ok ? await response.json() : null;
      // What the socket told meanwhile is newer than this answer.
      if (tellings.current !== tellingsBefore) return;
      take(found);
      // The program was started anew: "What was done" says how it ended.
      if (response.status === 404) setJob((before) => before?.jobId === jobId ? null : before);
    } catch {
      // The banner says that the coach cannot be reached.
    }
  };
  const runningId = job?.state === "running" ? job.jobId : undefined;
  useEffect(() => {
    if (runningId === undefined) return;
    const timer = setInterval(() => {
      if (page.connection?.state.peek() !== "open") void look(runningId);
    }, pollEveryMs);
    return () => clearInterval(timer);
  }, [runningId]);
  return {
    job,
    follow: async (jobId: string) => {
      seen.current.add(jobId);
      await look(jobId);
    },
    close: () => {
      if (job) seen.current.delete(job.jobId);
      setJob(null);
    },
  };
}

/** What a finished job may have changed. */
function useLists(seed: DatabaseSeed, job: JobView | null) {
  const [lists, setLists] = useState({ runs: seed.runs, backups: seed.backups, writes: seed.writes });
  const refresh = async () => {
    try {
      const [runs, backups, writes] = await Promise.all(
        ["history", "backups", "writes"].map(async (name) =>
          await (await fetchSignedIn(`/api/database/${name}`)).json()
        ),
      );
      if ([runs, backups, writes].every(Array.isArray)) setLists({ runs, backups, writes });
    } catch {
      // The banner says that the coach cannot be reached.
    }
  };
  const finished = job && job.state !== "running" ? job.jobId : undefined;
  useEffect(() => {
    if (finished !== undefined) void refresh();
  }, [finished]);
  return { ...lists, refresh };
}
