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

| name | type | labels | what |
|---|---|---|---|
`;

/** `docs/metrics.md`, out of the rows that the program itself reads. */
export function metricReference(rows: readonly MetricRow[] = metricRows): string {
  return head + rows.map(({ name, type, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll("|", "\\|")} |\n`;
  }).join("");
}
