/**
 * Runs the program as an owner does: as a process of its own, which may what it needs and nothing else. `deno task test`
 * builds it first and says where it is; a test that is run by itself runs the sources.
 */
import { processPermissions } from "../../tools/compile/permissions.ts";
import { runtimeFlags } from "../../tools/compile/runtime_flags.ts";
import { builtProgram } from "../../tools/test/built_program.ts";

const root = new URL("../../", import.meta.url);
const built = Deno.env.get(builtProgram);
const whole = ["--no-config", "--no-lock", "--no-npm", "--no-remote", "--cached-only", "--no-check"];
const program = built === undefined
  ? [new URL("main.ts", root).pathname]
  : ["--unstable-lazy-dynamic-imports", ...whole, `${built}/main.js`];

/** A running server and what it printed. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** Ends it as systemd does, or as Ctrl-C does, and answers its exit code. */
  stop(signal?: "SIGTERM" | "SIGINT"): Promise<number>;
  /** All of its standard error, once it has ended. */
  readonly errors: Promise<string>;
  /** Settles when it ended by itself or was killed. */
  readonly ended: Promise<void>;
  /** Waits for the next address that it prints: recovery ends with a new one. */
  nextUrl(): Promise<string>;
  /** Waits for what it prints next in this form, and answers its group. */
  next(pattern: RegExp): Promise<string>;
}

/** Where and how a command runs. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program that starts it, with its own arguments, such as `setpriv`. */
  readonly through?: readonly string[];
}

/** Runs a command to its end. */
export async function run(
  args: readonly string[],
  options: RunOptions & { readonly stdin?: Uint8Array } = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const child = command(args, options).spawn();
  const writer = child.stdin.getWriter();
  // A program that ends before it has read everything closes the pipe; its exit code tells the test.
  await writer.write(options.stdin ?? new Uint8Array()).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

/** Starts `serve` on a free port, with a data directory of its own unless one is named, and waits for its address. */
export async function startServer(args: readonly string[], options: RunOptions = {}): Promise<RunningServer> {
  const own = args.includes("--data-dir") ? undefined : await Deno.makeTempDir();
  const data = own === undefined ? [] : ["--data-dir", own];
  const quiet = ["--profile", "development", "--port", "0", "--log-level", "error"];
  const child = command(["serve", ...quiet, ...data, ...args], options).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const errors = new Response(child.stderr).text();
  let unread = "";
  const next = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(unread);
      if (found) {
        unread = unread.slice(found.index + found[0].length);
        return found[1] ?? found[0];
      }
      const { value, done } = await reader.read();
      if (done) throw new Error(`serve ended: ${unread}${await errors}`);
      unread += value;
    }
  };
  const nextUrl = () => next(/on (http:\S+)[ \n]/);
  const end = async (): Promise<number> => {
    const { code } = await child.status;
    await reader.cancel();
    await errors;
    if (own !== undefined) await Deno.remove(own, { recursive: true });
    return code;
  };
  return {
    url: await nextUrl(),
    pid: child.pid,
    errors,
    nextUrl,
    next,
    get ended() {
      return end().then(() => {});
    },
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return end();
    },
  };
}

function command(args: readonly string[], { cwd, env = {}, through = [] }: RunOptions): Deno.Command {
  const runtime = ["run", "--quiet", ...runtimeFlags, ...processPermissions, ...program, ...args];
  const [first = "", ...rest] = [...through, Deno.execPath(), ...runtime];
  return new Deno.Command(first, {
    args: rest,
    cwd: cwd ?? root.pathname,
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}
