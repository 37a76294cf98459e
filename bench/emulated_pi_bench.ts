/**
 * In an emulated 64-bit Pi (Debian's arm64 kernel, the processor of a Pi 4): start to the first page, the update of a
 * database of an older schema with 200 entities and 10,000 mappings, and the first start of the self-unpacking file. The
 * tools that unpack are busybox's; Debian's gzip takes as many instructions. Takes two minutes.
 *
 * One core of one instruction per ns, so that it does not matter how busy the host is; with `--clock` two cores, by the
 * clock of the host, as emulation goes.
 */
import { buildExecutable } from "../tools/compile/mod.ts";
import { programFiles } from "../tests/vm/program_files.ts";
import { bootVm } from "../tests/vm/vm.ts";

const fill = `
import { DatabaseSync } from "node:sqlite";
const db = new DatabaseSync("/root/old/user/coachiq.db");
db.exec("BEGIN");
const state = db.prepare("INSERT INTO entity_states (entity_id, state, updated_at) VALUES (?, ?, 0)");
for (let i = 0; i < 200; i++) state.run("entity_" + i, JSON.stringify({ on: { value: true }, brightnessPct: { value: 40, unit: "%" } }));
const mapping = db.prepare("INSERT INTO coach_mappings (model_id, path, value, source, is_active, created_at, created_by) VALUES ('m', ?, ?, 'user', 1, 0, 'bench')");
for (let i = 0; i < 10000; i++) mapping.run("/entities/" + i, JSON.stringify({ kind: "light", name: "Light " + i, load: { instances: [1] } }));
db.exec("COMMIT");
db.close();
`;

// busybox's date knows no fractions of a second; the kernel's up time has hundredths.
const script = `
now() { cut -d' ' -f1 /proc/uptime | tr -d .; }
run="deno run --v8-flags=--max-semi-space-size=4,--heap-growing-percent=20 -A --no-config --no-check --no-remote /vm/program/main.js"
$run db create --at 0003_coach_mappings --data-dir /root/old
deno run -A --no-config --no-check --no-remote /vm/fill.js
begin=$(now)
$run db migrate --yes --parked --data-dir /root/old || exit 1
echo "MEASURED update of 10,000 mappings, program start included: $(( ($(now) - begin) * 10 )) ms"
begin=$(now)
$run serve --profile development --port 8080 --data-dir /root/new --log-level error &
until wget -q -O /dev/null http://127.0.0.1:8080/; do sleep 0.1; done
echo "MEASURED start to the first page, empty data directory: $(( ($(now) - begin) * 10 )) ms"
kill $!
wait
export XDG_CACHE_HOME=/root/cache
begin=$(now)
until ls /root/cache/coachiq/*/.stamp > /dev/null 2>&1; do sleep 0.05; done && unpacked=$(now) &&
  echo "MEASURED of the first start, until all is unpacked: $(( (unpacked - begin) * 10 )) ms" &
/vm/coachiq version
all=$(( ($(now) - begin) * 10 ))
begin=$(now)
/vm/coachiq version
echo "MEASURED first start of the self-unpacking file: $all ms, the second: $(( ($(now) - begin) * 10 )) ms"
`;

const folder = await Deno.makeTempDir({ prefix: "coachiq-pi-" });
const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const built = await buildExecutable({ root, target: "aarch64", outDir: folder });

const { lines, exitCode } = await bootVm({
  arch: "aarch64",
  script,
  files: { ...await programFiles(), "vm/fill.js": fill, "vm/coachiq": { hostPath: built.path } },
  countsInstructions: !Deno.args.includes("--clock"),
  timeoutMs: 1_800_000,
});
await Deno.remove(folder, { recursive: true });
const measured = lines.flatMap((line) => /MEASURED (.*)/.exec(line)?.[1] ?? []);
for (const line of measured) console.log(line);
if (exitCode !== 0 || measured.length !== 4) {
  console.error(lines.slice(-30).join("\n"));
  Deno.exit(1);
}
