/** `deno task bench [name…]`: runs the benches one after the other, each in a process of its own. */
const folder = new URL("./", import.meta.url);
const wanted = Deno.args.filter((arg) => arg !== "--");
const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith("_bench.ts")).sort();
let failed = 0;
for (const file of files) {
  if (wanted.length > 0 && !wanted.some((word) => file.includes(word))) continue;
  console.log(`\n# ${file}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL(file, folder).pathname],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (code !== 0) failed++;
}
if (failed > 0) {
  console.error(`${failed} bench(es) failed`);
  Deno.exit(1);
}
