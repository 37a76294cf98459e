/**
 * Cost of carrying frames. Run: `deno run -A bench/can_bench.ts`; with the interfaces vcan0 and vcan1 and `cangen` there, it
 * also reads two buses at 4,000 frames/s each through the kernel and prints the share of one core.
 *
 * @module
 */
import process from "node:process";
import { SocketCanPoller, SocketCanPort, VirtualBus } from "../lib/can/mod.ts";

const VIRTUAL_FRAMES = 1_000_000;
const SECONDS = 10;
const NAMES = ["vcan0", "vcan1"] as const;

async function virtualBus(): Promise<void> {
  const bus = new VirtualBus();
  const sender = bus.port("sender");
  const receiver = bus.port("receiver");
  let received = 0;
  await sender.start({ onFrames() {}, onLink() {} });
  await receiver.start({ onFrames: (frames) => void (received += frames.length), onLink() {} });
  const data = new Uint8Array(8);
  const startMs = performance.now();
  for (let sent = 0; sent < VIRTUAL_FRAMES;) {
    for (let burst = 0; burst < 100; burst++, sent++) sender.send({ id: 0x19feda8e, data });
    await Promise.resolve();
  }
  const rate = received / ((performance.now() - startMs) / 1000);
  console.log(
    `virtual bus: ${Math.round(rate).toLocaleString("en")} frames/s, ${received} of ${VIRTUAL_FRAMES} received`,
  );
  await sender.stop();
  await receiver.stop();
}

async function kernelBus(): Promise<void> {
  const poller = new SocketCanPoller();
  const ports = NAMES.map((name) => new SocketCanPort(name, { poller }));
  let received = 0;
  let batches = 0;
  const listener = {
    onFrames: (frames: readonly unknown[]) => {
      received += frames.length;
      batches++;
    },
    onLink() {},
  };
  try {
    for (const port of ports) await port.start(listener);
  } catch (error) {
    console.log(`kernel bus: left out: ${error instanceof Error ? error.message : error}`);
    return;
  }
  const missing = ports.filter((port) => port.status().link !== "up").map(({ interfaceName }) => interfaceName);
  if (missing.length > 0) console.log(`kernel bus: left out: not up: ${missing.join(", ")}`);
  else await measure(ports, () => ({ received, batches }));
  for (const port of ports) await port.stop();
}

async function measure(
  ports: readonly SocketCanPort[],
  counts: () => { readonly received: number; readonly batches: number },
): Promise<void> {
  const generators = NAMES.map((name) =>
    new Deno.Command("cangen", { args: [name, "-g", "1", "-c", "4", "-e", "-L", "8", "-D", "i"], stdout: "null" })
      .spawn()
  );
  const before = process.cpuUsage();
  const startMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const used = process.cpuUsage(before);
  const seconds = (performance.now() - startMs) / 1000;
  for (const generator of generators) generator.kill();
  await Promise.all(generators.map(({ status }) => status));
  const { received, batches } = counts();
  const dropped = ports.reduce((sum, port) => sum + port.status().rxDropped, 0);
  const share = (used.user + used.system) / 1e6 / seconds * 100;
  console.log(
    `kernel bus: ${Math.round(received / seconds)} frames/s in ${Math.round(batches / seconds)} batches/s, ` +
      `${share.toFixed(1)} % of a core, ${dropped} dropped`,
  );
}

await virtualBus();
await kernelBus();
