import { deepStrictEqual } from "node:assert";
import type { MergeChangeView } from "../wire/mod.ts";
import { mergeLines } from "./coach_merge.ts";

const change = (path: string, outcome: MergeChangeView["outcome"], values: Partial<MergeChangeView> = {}) => ({
  path,
  outcome,
  sentence: `${path} changes.`,
  ...(path.startsWith("/entities/") ? { entityId: path.split("/")[2]! } : {}),
  ...values,
});

Deno.test("mergeLines() counts a device that comes or goes as one thing", () => {
  const conflict = change("/entities/lamp/name", "conflict", { owner: "Mine", shipped: "Theirs" });
  const lines = mergeLines({
    changes: [
      conflict,
      change("/entities/step/kind", "taken", { shipped: "light" }),
      change("/entities/step/name", "taken", { shipped: "Step light" }),
      change("/entities/step/load", "taken", { shipped: {} }),
      change("/entities/lamp/load", "taken", { shipped: {} }),
      change("/entities/spare", "removed", { before: { name: "Spare output" } }),
      change("/entities/own/kind", "kept", { owner: "light" }),
      change("/entities/own/name", "kept", { owner: "My lamp" }),
      change("/entities/gone/kind", "kept", { before: "light" }),
      change("/areas/bay", "kept", { owner: "Bay" }),
    ],
  });
  deepStrictEqual(lines, {
    conflicts: [conflict],
    taken: [
      { key: "step", sentence: "Step light: a new device." },
      { key: "/entities/lamp/load", sentence: "/entities/lamp/load changes." },
    ],
    removed: [{ key: "spare", sentence: "Spare output: the whole device goes." }],
    kept: [
      { key: "own", sentence: "My lamp: your own device." },
      { key: "gone", sentence: "gone: you took it away, and it stays away." },
      { key: "/areas/bay", sentence: "/areas/bay changes." },
    ],
  });
});
