/**
 * A virtual machine with a whole Debian on a disk, that is booted, told what to do by commands, rebooted, and cut from
 * its power. What it wrote stays, as far as it was flushed.
 *
 * @module
 */
import type { SeededRandom } from "../kill/random.ts";
import { consoleLines } from "./console_lines.ts";
import { type NbdServer, serveNbd } from "./nbd_server.ts";
import { ARCH_NAMES, run, type VmArch } from "./packages.ts";
import { qemuMachineArgs } from "./qemu_machine.ts";
import { type BlockLosses, SystemDisk } from "./system_disk.ts";
import { shellPort } from "./system_files.ts";
import { SystemShell } from "./system_shell.ts";
import { prepareSystem, type SystemParts } from "./system_tree.ts";

/** What {@link SystemMachine.make} needs. */
export interface MachineOptions {
  readonly arch: VmArch;
  /** Image of a second disk, read-only: the files to install. */
  readonly releaseImage: string;
  /** Port of the coach's site, inside. Default 8080. */
  readonly sitePort?: number;
  readonly memoryMiB?: number;
  /** Default 2. */
  readonly cores?: number;
  /** Called with every line of the serial console. */
  readonly onLine?: (line: string) => void;
}

/** Longest boot, from power to the first word of the shell, ms. */
const bootLimitMs = 240_000;

interface Running {
  readonly child: Deno.ChildProcess;
  readonly shell: SystemShell;
  readonly sitePort: number;
  /** Settles when the console has ended. */
  readonly console: Promise<void>;
}

export class SystemMachine {
  readonly arch: VmArch;
  readonly #options: MachineOptions;
  readonly #parts: SystemParts;
  readonly #folder: string;
  readonly #disk: SystemDisk;
  readonly #server: NbdServer;
  #running: Running | undefined;
  #lines: string[] = [];

  private constructor(options: MachineOptions, made: { readonly parts: SystemParts; readonly folder: string }) {
    this.arch = options.arch;
    this.#options = options;
    this.#parts = made.parts;
    this.#folder = made.folder;
    this.#disk = new SystemDisk(`${made.folder}/disk.img`);
    this.#server = serveNbd(`${made.folder}/disk.sock`, this.#disk);
  }

  /** A machine that is off, with a fresh disk. */
  static async make(options: MachineOptions): Promise<SystemMachine> {
    const parts = await prepareSystem(options.arch);
    const folder = await Deno.makeTempDir({ prefix: "coachiq-system-" });
    await run("cp", { args: ["--sparse=always", parts.imagePath, `${folder}/disk.img`] });
    return new SystemMachine(options, { parts, folder });
  }

  /** Where the site of the machine is reached from here. */
  get url(): string {
    return `http://127.0.0.1:${this.#on.sitePort}`;
  }

  /** The last lines of the serial console. */
  get console(): string {
    return this.#lines.slice(-40).join("\n");
  }

  /** Switches the power on and waits until the machine takes commands. */
  async boot(): Promise<void> {
    const socket = `${this.#folder}/shell.sock`;
    await Deno.remove(socket).catch(() => {});
    using listener = Deno.listen({ transport: "unix", path: socket });
    const sitePort = freePort();
    const child = new Deno.Command(ARCH_NAMES[this.arch].qemu, {
      args: [...this.#qemuArgs(socket, sitePort)],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const shell = new SystemShell(await listener.accept());
    this.#running = { child, shell, sitePort, console: this.#readConsole(child.stdout) };
    try {
      await shell.ready(bootLimitMs);
    } catch (error) {
      const { console } = this;
      await this.#kill();
      throw new Error(`The machine did not come up:\n${console}`, { cause: error });
    }
  }

  /** Runs a shell script as root. @throws with its output when it fails, or does not end in time. */
  async run(script: string, options: { readonly timeoutMs?: number } = {}): Promise<string> {
    const { code, output } = await this.try(script, options);
    if (code !== 0) throw new Error(`"${script.trim()}" failed inside with exit code ${code}:\n${output}`);
    return output;
  }

  /** Runs a shell script as root and answers how it ended. */
  try(
    script: string,
    { timeoutMs = 120_000 }: { readonly timeoutMs?: number } = {},
  ): Promise<{ readonly code: number; readonly output: string }> {
    return this.#on.shell.run(script, timeoutMs);
  }

  /** Begins a shell script and does not wait for its end. */
  begin(script: string): void {
    this.#on.shell.send(script);
  }

  /** Shuts down as an owner does, and boots again. */
  async reboot(): Promise<void> {
    await this.powerOff();
    await this.boot();
  }

  /** Shuts down as an owner does. */
  async powerOff(): Promise<void> {
    const { child, shell, console } = this.#on;
    shell.send("systemctl --no-block poweroff");
    const timer = setTimeout(() => child.kill("SIGKILL"), bootLimitMs);
    const { signal } = await child.status;
    clearTimeout(timer);
    await console;
    shell.close();
    this.#running = undefined;
    if (signal !== null) throw new Error(`The machine did not power off:\n${this.console}`);
    // What the kernel has not flushed by now is safe in a disk that keeps its power a little longer.
    this.#disk.flush();
  }

  /** The power goes, now. */
  async cutPower(random: SeededRandom): Promise<BlockLosses> {
    await this.#kill();
    return this.#disk.cutPower(random);
  }

  /** Switches off and forgets everything. */
  async dispose(): Promise<void> {
    if (this.#running) await this.#kill();
    await this.#server.stop();
    this.#disk.close();
    await Deno.remove(this.#folder, { recursive: true });
  }

  get #on(): Running {
    if (this.#running) return this.#running;
    throw new Error("Cannot talk to the machine: it is off");
  }

  async #kill(): Promise<void> {
    const { child, shell, console } = this.#on;
    child.kill("SIGKILL");
    await child.status;
    await console;
    shell.close();
    this.#running = undefined;
  }

  #qemuArgs(socket: string, sitePort: number): readonly string[] {
    const { memoryMiB = 1024, cores = 2, releaseImage, sitePort: inside = 8080 } = this.#options;
    const forward = `tcp:127.0.0.1:${sitePort}-10.0.2.15:${inside}`;
    return [
      ...qemuMachineArgs(this.arch, { memoryMiB, cores, append: "net.ifnames=0 systemd.show_status=error" }),
      ...["-kernel", this.#parts.kernelPath, "-initrd", this.#parts.diskInitramfsPath],
      ...["-serial", "stdio"],
      ...["-drive", `file=nbd:unix:${this.#folder}/disk.sock,format=raw,if=none,id=disk,cache=none`],
      ...["-device", "virtio-blk-pci,drive=disk,write-cache=on,physical_block_size=4096"],
      ...["-drive", `file=${releaseImage},format=raw,if=none,id=release,readonly=on`],
      ...["-device", "virtio-blk-pci,drive=release"],
      ...["-netdev", `user,id=net,restrict=on,hostfwd=${forward}`, "-device", "virtio-net-pci,netdev=net,romfile="],
      ...["-device", "virtio-serial-pci", "-chardev", `socket,id=shell,path=${socket}`],
      ...["-device", `virtserialport,chardev=shell,name=${shellPort}`],
    ];
  }

  async #readConsole(stream: ReadableStream<Uint8Array>): Promise<void> {
    this.#lines = [];
    for await (const line of consoleLines(stream)) {
      this.#lines.push(line);
      this.#options.onLine?.(line);
    }
  }
}

/** A port that nobody listens on at this moment. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
