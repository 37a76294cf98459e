import uPlot from "uplot";

/**
 * The course of a number as a line in a band from its lowest to its highest. A bundle of its own, fetched by the pages
 * that show a chart.
 */

/** Columns of the same length; null: no value from there until the next. */
export interface ChartData {
  /** s since 1970. */
  readonly times: readonly number[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly avg: readonly (number | null)[];
}

export interface ChartOptions {
  readonly data: ChartData;
  /** What the whole width stands for, s since 1970. */
  readonly fromS: number;
  readonly toS: number;
  /** The finger is at this point; undefined: nowhere. */
  readonly onPoint: (index: number | undefined) => void;
}

export interface Chart {
  destroy(): void;
}

const heightPx = 220;

/** Draws until it is destroyed; follows the width of its place and the colours of the page. */
export function drawChart(place: HTMLElement, options: ChartOptions): Chart {
  let plot = makePlot(place, options);
  const sizes = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: heightPx }));
  sizes.observe(place);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => {
    plot.destroy();
    plot = makePlot(place, options);
  };
  scheme.addEventListener("change", recolour);
  return {
    destroy() {
      sizes.disconnect();
      scheme.removeEventListener("change", recolour);
      plot.destroy();
    },
  };
}

function makePlot(place: HTMLElement, { data, fromS, toS, onPoint }: ChartOptions): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const edge = { stroke: "transparent", points: { show: false }, ...(stepped ? { paths: stepped } : {}) };
  const axis = {
    stroke: color("--muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1, size: 4 },
  };
  return new uPlot(
    {
      width: place.clientWidth,
      height: heightPx,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { range: [fromS, toS] }, y: { range: (_self, low, high) => roomAround(low, high) } },
      series: [
        {},
        edge,
        edge,
        {
          ...edge,
          stroke: color("--accent"),
          width: 2,
          // A line of some minutes is a speck in a day: its points show that it is there.
          points: { show: data.times.length <= fewPoints, size: 6 },
        },
      ],
      bands: [{ series: [2, 1], fill: `${color("--glow")}55` }],
      axes: [
        { ...axis, size: 30, values: timeLabels(toS - fromS), space: 64 },
        { ...axis, size: 46 },
      ],
      hooks: { setCursor: [(self) => onPoint(self.cursor.idx ?? undefined)] },
    },
    [data.times, data.min, data.max, data.avg] as unknown as uPlot.AlignedData,
    place,
  );
}

/** Up to so many points are drawn one by one. */
const fewPoints = 24;

/** A tenth of room above and below; a course that never moved lies in the middle and not on an edge. */
function roomAround(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const span = high - low;
  const room = span > 0 ? span / 10 : Math.max(Math.abs(high) / 20, 0.5);
  return [low - room, high + room];
}

const dayS = 86_400;

/** Hours for a day, dates for longer. */
function timeLabels(spanS: number): (self: uPlot, splits: number[]) => string[] {
  const format = new Intl.DateTimeFormat(
    "en-GB",
    spanS > 2 * dayS ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit" },
  );
  return (_self, splits) => splits.map((split) => format.format(split * 1000));
}
