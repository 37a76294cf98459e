/** Writes `docs/metrics.md` from the rows of the metrics. A test fails while the file is not what this writes. */
import { metricReference } from "../lib/core/metric_reference.ts";

if (import.meta.main) Deno.writeTextFileSync(new URL("../docs/metrics.md", import.meta.url), metricReference());
