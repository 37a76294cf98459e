import { z } from "zod";
import { realFileSystem, replaceFile } from "../base/durable_file.ts";
import type { Clock, Logger, Timer } from "../base/mod.ts";
import { type DataPaths, messageOf } from "../store/mod.ts";
import type { DatabaseUpdater, StartedJob } from "./database_updater.ts";
import { FileLock } from "./file_lock.ts";
import { type JobProgress, JobRefused } from "./job.ts";

const requestSchema = z.object({
  kind: z.enum(["update", "dryRun", "backup", "verify", "restore", "reset"]),
  actor: z.string().max(200),
  confirm: z.boolean(),
  parked: z.boolean().optional(),
  backupId: z.string().max(100).optional(),
  scope: z.enum(["preferences", "states", "all"]).optional(),
});

/** What the command line asks a running server to do with its database. */
export type BoxRequest = Readonly<z.infer<typeof requestSchema>>;

/** What it reads back: refused with reasons, or how far the job is. */
export type BoxAnswer =
  | { readonly kind: "refused"; readonly reasons: readonly string[]; readonly runningJobId?: string }
  | { readonly kind: "progress"; readonly progress: JobProgress }
  | { readonly kind: "answer"; readonly value: unknown };

const callSchema = z.object({ kind: z.literal("call"), service: z.string().max(40), body: z.unknown() });

/** Answers calls to a part of the program; body and answer are JSON. What it throws is a refusal with its message. */
export type CallHandler = (body: unknown) => Promise<unknown>;

const folderOf = (paths: DataPaths) => `${paths.user}/.requests`;
const requestName = /^([0-9a-f-]{36})\.request\.json$/;
const pollMs = 500;

/**
 * Takes requests of the command line while the server runs: files in a folder that only who may write the database may
 * write. So there is one place that changes the database, and no second way in.
 */
export class RequestBox {
  readonly #options: {
    readonly paths: DataPaths;
    readonly updater: DatabaseUpdater;
    readonly clock: Clock;
    readonly logger: Logger;
  };
  readonly #lock: FileLock;
  #timer: Timer | undefined;
  #busy: Promise<void> | undefined;
  readonly #handlers = new Map<string, CallHandler>();
  /** Requests whose jobs run; one that comes meanwhile is refused at once, not queued. */
  readonly #performing = new Set<Promise<void>>();

  constructor(options: {
    readonly paths: DataPaths;
    readonly updater: DatabaseUpdater;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#options = options;
    this.#lock = new FileLock(serverLockPath(options.paths));
  }

  /** False: another server runs over this data directory. */
  async start(): Promise<boolean> {
    if (await this.#lock.take(String(Deno.pid)) !== true) return false;
    const folder = folderOf(this.#options.paths);
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await realFileSystem.names(folder)) await Deno.remove(`${folder}/${name}`);
    this.#timer = this.#options.clock.every(
      pollMs,
      () => this.#busy ??= this.#look().finally(() => this.#busy = undefined),
    );
    return true;
  }

  /** From now on calls to a part of the program are answered by it; returns the function that ends it. */
  answer(service: string, handler: CallHandler): () => void {
    this.#handlers.set(service, handler);
    return () => void this.#handlers.delete(service);
  }

  /** Takes no more requests, and waits for those that were taken. The lock is kept. */
  async quiesce(): Promise<void> {
    this.#timer?.cancel();
    await this.#busy;
    await Promise.all(this.#performing);
  }

  async stop(): Promise<void> {
    await this.quiesce();
    this.#lock.release();
  }

  async #look(): Promise<void> {
    const folder = folderOf(this.#options.paths);
    try {
      for (const name of await realFileSystem.names(folder)) {
        const id = requestName.exec(name)?.[1];
        if (id === undefined) continue;
        const text = await Deno.readTextFile(`${folder}/${name}`);
        await Deno.remove(`${folder}/${name}`);
        const performing = this.#perform(id, text).catch((error) => this.#failed(error));
        this.#performing.add(performing);
        void performing.finally(() => this.#performing.delete(performing));
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.logger.error("A request of the command line could not be taken", { error: messageOf(error) });
  }

  async #perform(id: string, text: string): Promise<void> {
    const { updater } = this.#options;
    let job: StartedJob;
    try {
      const request = z.union([callSchema, requestSchema]).parse(JSON.parse(text));
      if (request.kind === "call") {
        return await this.#answer(id, { kind: "answer", value: await this.#call(request) });
      }
      job = await begin(updater, request);
    } catch (error) {
      const refused = error instanceof JobRefused ? error : new JobRefused([messageOf(error)]);
      const { reasons, runningJobId } = refused;
      return await this.#answer(id, { kind: "refused", reasons, ...(runningJobId ? { runningJobId } : {}) });
    }
    let writing: Promise<void> = Promise.resolve();
    const write = (progress: JobProgress) =>
      writing = writing.then(() => this.#answer(id, { kind: "progress", progress }));
    let step = "";
    const unsubscribe = updater.jobs.subscribe((progress) => {
      if (progress.jobId !== job.jobId || progress.step === step || progress.state !== "running") return;
      step = progress.step;
      void write(progress);
    });
    const last = await job.done;
    unsubscribe();
    await write(last);
  }

  async #call({ service, body }: z.infer<typeof callSchema>): Promise<unknown> {
    const handler = this.#handlers.get(service);
    if (handler) return await handler(body);
    throw new JobRefused([`The running server cannot tell or change anything of the ${service} now: see its page.`]);
  }

  #answer(id: string, answer: BoxAnswer): Promise<void> {
    return replaceFile(JSON.stringify(answer), { path: `${folderOf(this.#options.paths)}/${id}.answer.json` });
  }
}

function begin(updater: DatabaseUpdater, request: BoxRequest): Promise<StartedJob> {
  const who = {
    actor: request.actor,
    confirm: request.confirm,
    ...(request.parked === undefined ? {} : { parked: request.parked }),
  };
  switch (request.kind) {
    case "update":
      return updater.update(who);
    case "dryRun":
      return updater.dryRun();
    case "backup":
      return updater.backup("manual");
    case "verify":
      return updater.verify(request.backupId ?? "");
    case "restore":
      return updater.restore(request.backupId ?? "", who);
    case "reset":
      return updater.reset(request.scope ?? "preferences", who);
    default:
      return request.kind satisfies never;
  }
}

/** The lock that whoever runs over a data directory holds. */
export function serverLockPath(paths: DataPaths): string {
  return `${paths.user}/.server.lock`;
}

/** Whether a server runs over this data directory: then it must be asked, and the database not be opened for a job. */
export async function isServerRunning(paths: DataPaths): Promise<boolean> {
  return await new FileLock(serverLockPath(paths)).holder() !== undefined;
}

/** How a server is asked. */
export interface AskOptions {
  readonly paths: DataPaths;
  readonly clock: Clock;
  /** Told once, when the server has taken the request. */
  readonly onTaken?: () => void;
  /** Without any answer for this long, ms, the server is taken for gone. Default 330,000: a job's limit and a margin. */
  readonly patienceMs?: number;
}

/**
 * Asks the running server to do something and follows it to its end.
 *
 * @throws {JobRefused} with the server's reasons, or when it does not answer.
 */
export async function askServer(
  request: BoxRequest,
  options: AskOptions & { readonly onProgress?: (progress: JobProgress) => void },
): Promise<JobProgress> {
  return await ask(request, options, (answer) => {
    if (answer.kind !== "progress") return undefined;
    options.onProgress?.(answer.progress);
    return answer.progress.state === "running" ? undefined : answer.progress;
  });
}

/**
 * Calls a part of the running server.
 *
 * @returns what {@link RequestBox.answer}'s handler answered.
 * @throws {JobRefused} with the reason, or when the server does not answer.
 */
export async function callServer(
  call: { readonly service: string; readonly body: unknown },
  options: AskOptions,
): Promise<unknown> {
  const { value } = await ask(
    { kind: "call", ...call },
    options,
    (answer) => answer.kind === "answer" ? answer : undefined,
  );
  return value;
}

/** Writes a request and reads what is answered until `last` finds the end in it. */
async function ask<T>(
  request: unknown,
  options: AskOptions,
  last: (answer: Exclude<BoxAnswer, { readonly kind: "refused" }>) => T | undefined,
): Promise<T> {
  const { paths, clock, onTaken, patienceMs = 330_000 } = options;
  const base = `${folderOf(paths)}/${crypto.randomUUID()}`;
  await replaceFile(JSON.stringify(request), { path: `${base}.request.json` });
  const endMs = clock.monotonicMs() + patienceMs;
  let seen = "";
  let taken = false;
  while (clock.monotonicMs() < endMs) {
    await new Promise<void>((resolve) => clock.after(100, resolve));
    if (!taken && await readIfThere(`${base}.request.json`) === undefined) {
      taken = true;
      onTaken?.();
    }
    const text = await readIfThere(`${base}.answer.json`);
    if (text === undefined || text === seen) continue;
    seen = text;
    // Written by our own program through one function: it is whole, and has this shape.
    const answer = JSON.parse(text) as BoxAnswer;
    const end = answer.kind === "refused" ? undefined : last(answer);
    if (answer.kind !== "refused" && end === undefined) continue;
    await Deno.remove(`${base}.answer.json`);
    if (answer.kind === "refused") throw new JobRefused(answer.reasons, answer.runningJobId);
    if (end !== undefined) return end;
  }
  throw new JobRefused([`The running server did not answer within ${patienceMs / 1000} s.`]);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
