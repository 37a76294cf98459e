import { gzipSync } from "node:zlib";
import { machinePlaces, packagePlaces } from "../../lib/install/mod.ts";
import { programTree } from "../compile/program_tree.ts";
import { fetchRuntime, type Target } from "../compile/runtime.ts";
import { debianChangelog, debianVersion, readChangelog } from "./changelog.ts";
import { copyrightText } from "./copyright.ts";
import overrides from "./lintian_overrides.txt" with { type: "text" };
import { machinePart } from "./machine_part.ts";
import { maintainerScripts } from "./maintainer_scripts.ts";
import { manPage } from "./man_page.ts";
import { neededLibc } from "./needed_libc.ts";
import { type DebianPackage, type PackageFile, textFile } from "./package_file.ts";
import { conffiles, docFolder } from "./package_places.ts";

/** Names of the machines in Debian. */
export const debianArchitectures: Readonly<Record<Target, string>> = { x86_64: "amd64", aarch64: "arm64" };

/** The project has no mail address; what is written to this one never leaves the machine (RFC 2606). */
const maintainer = "CoachIQ maintainers <maintainers@coachiq.invalid>";

/** What a package is made from. */
export interface ContentsOptions {
  /** Root of the repository, without a slash at the end. */
  readonly root: string;
  readonly target: Target;
  /** The program file, built for the target. */
  readonly executable: string;
  /** Time of what has none of its own, seconds since 1970. */
  readonly epochS: number;
}

/** Everything that the package of the present tree holds. */
export async function packageContents(options: ContentsOptions): Promise<DebianPackage> {
  const { root, target } = options;
  const { version }: { version: string } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const runtime = await fetchRuntime(target, { cacheDir: `${root}/.cache/runtime` });
  const libc = neededLibc(await Deno.readFile(runtime));
  return {
    control: {
      Package: "coachiq",
      Version: debianVersion(version),
      Architecture: debianArchitectures[target],
      Maintainer: maintainer,
      // What unpacks the program (sh, gzip, tar, coreutils, findutils) is essential and so is never named.
      Depends: `libc6 (>= ${libc}), libgcc-s1, iproute2, systemd (>= 247)`,
      Recommends: "avahi-daemon",
      Suggests: "can-utils",
      Section: "embedded",
      Priority: "optional",
      Description: description,
    },
    files: [...await programPart(options), ...machinePart(), ...await docPart({ ...options, version })],
    conffiles,
    scripts: maintainerScripts(),
  };
}

const description = `runs a motorhome: RV-C on CAN, live on a phone
 CoachIQ listens to the RV-C network of a motorhome over SocketCAN, keeps the
 live state of every light, tank, pump, thermostat, battery and shade on it,
 shows it in the browser of a phone, and puts the owner's taps back on the bus.
 .
 The service starts by itself. Its settings are in ${machinePlaces.settings}.`;

async function programPart({ executable }: ContentsOptions): Promise<readonly PackageFile[]> {
  return [
    { path: packagePlaces.executable, data: await Deno.readFile(executable), mode: 0o755 },
    { path: packagePlaces.link, link: "../lib/coachiq/coachiq" },
  ];
}

async function docPart(options: ContentsOptions & { readonly version: string }): Promise<readonly PackageFile[]> {
  const { root, version, epochS } = options;
  const sections = readChangelog(await Deno.readTextFile(`${root}/CHANGELOG.md`));
  const changelog = debianChangelog(sections, { version: debianVersion(version), maintainer, epochS });
  return [
    textFile(`${docFolder}/copyright`, { text: copyrightText(await programTree(root)) }),
    compressed(`${docFolder}/changelog.gz`, changelog),
    compressed("/usr/share/man/man1/coachiq.1.gz", await manPage({ version, epochS })),
    textFile("/usr/share/lintian/overrides/coachiq", { text: overrides }),
  ];
}

/** The time inside is 0, so that the same text gives the same bytes. */
function compressed(path: string, text: string): PackageFile {
  return { path, data: gzipSync(text, { level: 9 }), mode: 0o644 };
}
