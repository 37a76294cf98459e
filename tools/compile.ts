/** `deno task compile [--target x86_64|aarch64] [--form compiled|self-unpacking]`: builds the file into `dist/`. */
import { buildEitherForm, buildExecutable, type Form, forms, type Target, targets } from "./compile/mod.ts";
import { runCommand } from "./compile/run_command.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");

function wanted(args: readonly string[]): { readonly target: Target; readonly form?: Form } {
  const words = args.flatMap((arg) => arg.split("=")).filter((word) => word !== "--");
  let target = targets.find((one) => one === Deno.build.arch);
  let form: Form | undefined;
  let known = words.length % 2 === 0;
  for (let at = 0; at < words.length; at += 2) {
    const [flag, value] = [words[at], words[at + 1]];
    if (flag === "--target") known &&= (target = targets.find((one) => one === value)) !== undefined;
    else if (flag === "--form") known &&= (form = forms.find((one) => one === value)) !== undefined;
    else known = false;
  }
  if (known && target !== undefined) return { target, ...(form === undefined ? {} : { form }) };
  throw new Error(
    `Cannot compile with "${args.join(" ")}", expected --target ${targets.join("|")} and --form ${forms.join("|")}`,
  );
}

try {
  const { target, form } = wanted(Deno.args);
  await runCommand(Deno.execPath(), { args: ["run", "--quiet", "-A", "tools/build.ts"], cwd: root });
  const built = form === undefined
    ? await buildEitherForm({ root, target }, (line) => console.error(line))
    : await buildExecutable({ root, target, form });
  const size = `${(built.bytes / 1e6).toFixed(1)} MB`;
  console.log(`${built.path.slice(root.length + 1)} ${built.form} ${size} sha256 ${built.sha256}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
