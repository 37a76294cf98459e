import assert from "node:assert/strict";
import { type CommandHandlers, runCommandLine } from "../../lib/cli/mod.ts";
import { checkSystemText, problemLine } from "../../lib/config/mod.ts";
import { localPlaces, machineFiles, machinePlaces, packagePlaces } from "../../lib/install/mod.ts";
import { targets } from "../../tools/compile/mod.ts";
import { debianArchitectures } from "../../tools/deb/package_contents.ts";
import { fencedBlocks } from "../fixtures/fenced_blocks.ts";

const root = new URL("../../", import.meta.url);
const page = await Deno.readTextFile(new URL("docs/install-raspberry-pi.md", root));
const blocks = fencedBlocks(page);
const commands = blocks.filter(({ language }) => language === "sh").flatMap(({ text, line }) =>
  text.split("\n").filter((one) => one !== "").map((one) => ({ text: one, line }))
);

/** What the parser of the command line says of arguments, without doing anything. */
async function parse(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = "";
  const handlers = new Proxy({}, { get: () => () => Promise.resolve(0) }) as CommandHandlers;
  const output = { out: (text: string) => void (said += text), err: (text: string) => void (said += text) };
  return { code: await runCommandLine(args, { handlers, output, version: "0.0.0" }), said };
}

/** The arguments of the program in a command; undefined: it is about another one. */
function programArgs(command: string): readonly string[] | undefined {
  const [first = "", ...rest] = command.replace(/^sudo (-u coachiq )?/, "").split(" ");
  return first === "coachiq" || /^\.\/coachiq-linux-/.test(first) ? rest : undefined;
}

Deno.test("every command of docs/install-raspberry-pi.md for the program is one that it takes", async () => {
  let count = 0;
  const inline = [...page.matchAll(/`(sudo [^`\n]+)`/g)].map(([, text = ""]) => ({ text, line: 0 }));
  for (const { text, line } of [...commands, ...inline]) {
    const args = programArgs(text);
    if (args === undefined) continue;
    const { code, said } = await parse(args);
    assert.equal(code, 0, `line ${line}: ${text}: ${said}`);
    count++;
  }
  assert.ok(count >= 14, `${count} commands`);
  assert.notEqual((await parse(["install", "--no-such-flag"])).code, 0);
  assert.notEqual((await parse(["no-such-command"])).code, 0);
});

Deno.test("every other command of docs/install-raspberry-pi.md is a program of Raspberry Pi OS or of the laptop", () => {
  const known =
    /^(apt|apt-get|blkid|chmod|dpkg-reconfigure|echo|ip|journalctl|lsblk|mkdir|mkfs\.ext4|mount|nano|reboot|scp|sha256sum|ssh|systemctl)$/;
  for (const { text, line } of commands) {
    if (programArgs(text) !== undefined) continue;
    const [first = ""] = text.replace(/^sudo /, "").split(" ");
    assert.match(first, known, `line ${line}: ${text}`);
  }
});

Deno.test("every model that docs/install-raspberry-pi.md names is shipped", async () => {
  const named = [...page.matchAll(/--model (\w+)/g)].map(([, id = ""]) => id);
  assert.ok(named.length > 0);
  for (const id of [...named, "generic_rv"]) await Deno.stat(new URL(`reference/models/${id}.yml`, root));
});

Deno.test("every setting that docs/install-raspberry-pi.md shows is right", () => {
  const settings = blocks.filter(({ language }) => language === "toml");
  assert.ok(settings.length > 0);
  for (const { text, line } of settings) {
    const { leaves, problems } = checkSystemText(text, "system.toml");
    assert.deepEqual(problems.map((problem) => problemLine(problem)), [], `line ${line}`);
    assert.ok(leaves.length > 0);
  }
  const inline = [...page.matchAll(/`(storage_profile = [^`]+)`/g)].map(([, text = ""]) => `[persistence]\n${text}\n`);
  assert.ok(inline.length > 0);
  for (const text of inline) assert.deepEqual(checkSystemText(text, "system.toml").problems, [], text);
});

Deno.test("every path that docs/install-raspberry-pi.md names is one that an installation makes, or the Pi's own", () => {
  const own = ["/boot/firmware/config.txt", "/dev/sda1", "/etc/fstab"];
  const made = (["ssd", "sdcard"] as const).flatMap((profile) =>
    [localPlaces, packagePlaces].flatMap((places) =>
      machineFiles({ ...places, profile, canInterfaces: ["can0"] }).map(({ path }) => path)
    )
  );
  const known = [...own, ...made, machinePlaces.dataFolder, machinePlaces.settingsFolder, machinePlaces.liveFolder];
  const named = [...page.matchAll(/(?<=[\s"'`(])\/[a-z][\w./-]*\w/g)].map(([path]) => path);
  assert.ok(named.length >= 5, named.join(", "));
  for (const path of named) assert.ok(known.includes(path), path);
});

Deno.test("every file of a release that docs/install-raspberry-pi.md names is one that is built", () => {
  const built = [
    ...targets.map((target) => `coachiq-linux-${target}`),
    ...Object.values(debianArchitectures).flatMap((name) => [`coachiq_VERSION_${name}.deb`, `coachiq_…_${name}.deb`]),
  ];
  const named = [...page.matchAll(/coachiq(?:-linux-|_)[\w….-]*\w/g)].map(([name]) => name);
  assert.ok(named.length >= 6, named.join(", "));
  for (const name of named) assert.ok(built.includes(name), name);
});

Deno.test("every line for config.txt in docs/install-raspberry-pi.md is of a form that the firmware reads", () => {
  const lines = blocks.filter(({ language }) => language === "ini").flatMap(({ text }) => text.trim().split("\n"));
  assert.ok(lines.length >= 8);
  const can = /^dtoverlay=mcp2515(-can[01]|,spi\d-\d),oscillator=(8|12|16)000000,interrupt=([2-9]|1\d|2[0-7])$/;
  for (const line of lines) {
    assert.ok(line === "dtparam=spi=on" || line === "dtoverlay=spi1-3cs" || can.test(line), line);
  }
});

Deno.test("every link of docs/install-raspberry-pi.md to another page leads to a heading that is there", async () => {
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)];
  assert.ok(links.length >= 4);
  for (const [, file = "", anchor = ""] of links) {
    const text = file === "" ? page : await Deno.readTextFile(new URL(`docs/${file}`, root));
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replace(/[^\w\s-]/g, "").replace(/ /g, "-")
    );
    assert.ok(anchor === "" || anchors.includes(anchor), `${file}#${anchor}`);
  }
});

Deno.test("docs/install-raspberry-pi.md looks for the set-up code by words that the server logs", async () => {
  const words = /grep '([^']+)'/.exec(page)?.[1] ?? "";
  assert.ok(words.length > 5);
  assert.ok((await Deno.readTextFile(new URL("wiring/accounts.ts", root))).includes(words), words);
});
