import { type MetricRow, metricRows } from "./metrics.ts";

const head = `# Metrics

\`GET /metrics\` answers the program's numbers in Prometheus' text format. It needs an account or a token that may look.
Where accounts are on, make a token with the scope \`look\` and hand it to Prometheus:

\`\`\`yaml
scrape_configs:
  - job_name: coachiq
    scrape_interval: 15s
    authorization:
      credentials_file: /etc/prometheus/coachiq.token
    static_configs:
      - targets: ["coach.local:8080"]
\`\`\`

\`grafana-dashboard.json\` beside this file is a dashboard for Grafana 10 and later: import it and choose your Prometheus.

Times are in seconds and sizes in bytes. A number that is not known is absent, and never zero. Counters begin at zero
when the program starts.

`;

/** `docs/metrics.md`, out of the rows that the program itself reads. */
export function metricReference(rows: readonly MetricRow[] = metricRows): string {
  const cells = rows.map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    help.replaceAll("|", "\\|"),
  ]);
  return head + table([["name", "type", "labels", "what"], ...cells]);
}

/** A table whose columns stand below each other, as the formatter wants it. */
function table(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |\n`;
  const [first = [], ...rest] = cells.map(line);
  return `${first}${line(widths.map((width) => "-".repeat(width)))}${rest.join("")}`;
}
