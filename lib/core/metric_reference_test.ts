import assert from "node:assert/strict";
import { metricReference } from "./metric_reference.ts";
import { metricRows } from "./metrics.ts";

const docs = new URL("../../docs/", import.meta.url);

interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly datasource: { readonly type: string; readonly uid: string };
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly refId: string; readonly expr: string }[];
  }[];
}

const dashboard: Dashboard = JSON.parse(await Deno.readTextFile(new URL("grafana-dashboard.json", docs)));

Deno.test("docs/metrics.md is what the rows say: deno run -A tools/metric_reference.ts writes it", async () => {
  assert.equal(await Deno.readTextFile(new URL("metrics.md", docs)), metricReference());
});

Deno.test("metricReference() has a line for every row, and keeps its columns", () => {
  const rows = [{ name: "a_total", type: "counter", help: "One | two.", labels: ["x", "y"] }] as const;
  const wanted = "| name      | type    | labels   | what        |\n" +
    "| --------- | ------- | -------- | ----------- |\n" +
    "| `a_total` | counter | `x`, `y` | One \\| two. |\n";
  assert.ok(metricReference(rows).endsWith(`\n\n${wanted}`));
  const lines = metricReference().split("\n").filter((line) => /^\| `/.test(line));
  assert.equal(lines.length, metricRows.length);
});

Deno.test("docs/grafana-dashboard.json has a title, a source to choose, and panels that do not lie on each other", () => {
  assert.deepEqual([dashboard.title, dashboard.uid], ["CoachIQ", "coachiq"]);
  // Grafana 10.0 writes schema 38.
  assert.ok(dashboard.schemaVersion >= 38);
  assert.ok(dashboard.templating.list.some(({ name, type }) => name === "datasource" && type === "datasource"));
  const ids = dashboard.panels.map(({ id }) => id);
  assert.ok(ids.every((id) => Number.isInteger(id) && id > 0));
  assert.equal(new Set(ids).size, ids.length);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
    assert.ok(x >= 0 && x + w <= 24);
    return Array.from({ length: w * h }, (_, i) => `${x + i % w},${y + Math.floor(i / w)}`);
  });
  assert.equal(new Set(cells).size, cells.length);
  for (const { title, datasource, targets } of dashboard.panels) {
    assert.ok(title !== "" && targets.length > 0, title);
    assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" });
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
  }
});

Deno.test("docs/grafana-dashboard.json asks for metrics and labels that there are, and for most of them", () => {
  const asked = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const used = new Set<string>();
  for (const expr of asked) {
    const found = [...expr.matchAll(/\b((?:coachiq|process)_[a-z0-9_]+)\{([^}]*)\}/g)];
    assert.ok(found.length > 0, expr);
    for (const [, name = "", matchers = ""] of found) {
      const row = metricRows.find((one) =>
        one.name === name || (one.type === "histogram" && name.replace(/_(bucket|sum|count)$/, "") === one.name)
      );
      assert.ok(row, `${name} in ${expr}`);
      used.add(row.name);
      const labels = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label ?? "");
      for (const label of labels) {
        assert.ok(label === "instance" || (row.labels as readonly string[]).includes(label), `${label} in ${expr}`);
      }
      assert.equal(/^(rate|increase|histogram_quantile)\(/.test(expr), row.type !== "gauge", expr);
    }
  }
  assert.ok(used.size >= 20, `only ${used.size} of ${metricRows.length} are shown`);
});
