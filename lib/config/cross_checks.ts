import { storageProfileTable } from "../base/mod.ts";
import type { Leaf } from "./leaf.ts";
import { effectiveOf, type MergedLayers, mergeLayers } from "./merge_layers.ts";
import type { EffectiveConfig } from "./schema.ts";
import { type ConfigProblem, type Layer, layers as layerOrder } from "./types.ts";

/** A rule about several keys: undefined when it holds, else what to say about each key that could give way. */
export type CrossCheck = (config: EffectiveConfig) => Readonly<Record<string, string>> | undefined;

/** Folders that are in memory on every system that this program is made for. */
const inMemory = /^\/(run|tmp|dev\/shm)\//;
const loopback = /^(localhost|::1|127(\.\d{1,3}){3})$/;

/** Rules that hold for a system file by itself. */
export const rulesOfOneFile: readonly CrossCheck[] = [
  ({ server }) =>
    server.tls_key_file !== undefined && server.tls_certificate_file === undefined
      ? { "server.tls_key_file": "is set without a certificate, expected server.tls_certificate_file beside it" }
      : undefined,
  ({ server }) =>
    server.tls_certificate_file !== undefined && server.tls_key_file === undefined
      ? { "server.tls_certificate_file": "is set without its key, expected server.tls_key_file beside it" }
      : undefined,
  ({ features, server: { host } }) =>
    features.authentication.enabled || loopback.test(host) ? undefined : {
      "features.authentication.enabled":
        `is false while server.host is "${host}", expected accounts, or an address of this machine alone`,
      "server.host": `is "${host}" while features.authentication.enabled is false, expected 127.0.0.1`,
    },
];

const allRules: readonly CrossCheck[] = [
  ...rulesOfOneFile,
  ({ database, persistence: { storage_profile: profile = "ssd" } }) =>
    database.auto_migrate && profile !== "development"
      ? { "database.auto_migrate": `is true in the storage profile "${profile}", expected it in "development" alone` }
      : undefined,
  ({ logging: { file }, persistence: { storage_profile: profile = "ssd" } }) =>
    file !== undefined && storageProfileTable[profile].logFile === "memory" && !inMemory.test(file)
      ? {
        "logging.file": `is "${file}" in the storage profile "${profile}", expected one below /run, /tmp or /dev/shm`,
      }
      : undefined,
  ({ auth }) =>
    auth.admin_username !== undefined && auth.admin_password === undefined
      ? { "auth.admin_username": "is set without a password, expected COACHIQ_AUTH__ADMIN_PASSWORD_FILE beside it" }
      : undefined,
  ({ auth }) =>
    auth.admin_password !== undefined && auth.admin_username === undefined
      ? { "auth.admin_password": "is set without a name, expected COACHIQ_AUTH__ADMIN_USERNAME beside it" }
      : undefined,
];

/** A problem, and the layer that brought it. */
export type LayerProblem = ConfigProblem & { readonly layer: Layer };

/** Leaves that go with each other, and what was left out for it. */
export interface CrossChecked {
  readonly merged: MergedLayers;
  readonly problems: readonly LayerProblem[];
}

/** Merges, and takes values out until no rule about several keys is broken: of each rule the one of the topmost layer. */
export function crossCheck(
  layers: readonly (readonly Leaf[])[],
  rules: readonly CrossCheck[] = allRules,
): CrossChecked {
  const problems: LayerProblem[] = [];
  for (let left = layers;;) {
    const merged = mergeLayers(left);
    const found = brokenLeaf(merged, rules);
    if (!found) return { merged, problems };
    const { leaf, text } = found;
    const { where: file, layer, ...place } = leaf.origin;
    problems.push({ file, ...place, key: leaf.key, text, layer });
    left = left.map((leaves) => leaves.filter((other) => other !== leaf));
  }
}

function brokenLeaf(
  merged: MergedLayers,
  rules: readonly CrossCheck[],
): { readonly leaf: Leaf; readonly text: string } | undefined {
  const config = effectiveOf([...merged.values()].flatMap(({ leaves }) => leaves.at(-1) ?? []));
  for (const check of rules) {
    const candidates = Object.entries(check(config) ?? {}).flatMap(([key, text]) => {
      const leaf = merged.get(key)?.leaves.at(-1);
      return leaf && leaf.origin.layer !== "defaults" ? [{ leaf, text }] : [];
    });
    const [topmost] = candidates.toSorted((a, b) =>
      layerOrder.indexOf(b.leaf.origin.layer) - layerOrder.indexOf(a.leaf.origin.layer)
    );
    if (topmost) return topmost;
  }
  return undefined;
}
