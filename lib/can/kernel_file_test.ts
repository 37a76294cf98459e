import { match, strictEqual } from "node:assert";
import { readKernelFile } from "./kernel_file.ts";

const module = new URL("./kernel_file.ts", import.meta.url).href;

/** What a process with these permissions reads. */
async function readWith(permissions: readonly string[], path: string): Promise<string> {
  const script = `import { readKernelFile } from ${JSON.stringify(module)};
    console.log(JSON.stringify(readKernelFile(${JSON.stringify(path)}) ?? null));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-config", ...permissions, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
}

Deno.test("readKernelFile() reads what the kernel states, also in a process that may not do everything", async () => {
  match(readKernelFile("/proc/loadavg") ?? "", /^\d+\.\d+ /);
  match(await readWith(["--allow-read", "--allow-ffi"], "/proc/loadavg"), /^"\d+\.\d+ /);
  match(await readWith(["--allow-read", "--allow-ffi"], "/sys/class/net/lo/type"), /^"772\\n"$/);
  strictEqual(await readWith(["--allow-read"], "/proc/loadavg"), "null");
});

for (const path of ["/etc/passwd", "/proc/../etc/passwd", "/proc/no/such", "proc/loadavg", "/sys/class/net\0/x", ""]) {
  Deno.test(`readKernelFile() of ${JSON.stringify(path)} is nothing`, async () => {
    strictEqual(readKernelFile(path), undefined);
    strictEqual(await readWith(["--allow-read", "--allow-ffi"], path), "null");
  });
}
