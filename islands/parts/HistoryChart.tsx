import { useEffect, useRef, useState } from "preact/hooks";
import {
  type EntityDetail,
  formatReading,
  type HistoryCourse,
  isCelsius,
  type TemperatureUnit,
  toTemperatureUnit,
} from "../../lib/wire/mod.ts";
import type { Chart, drawChart } from "../chart/draw_chart.ts";
import ChangeStrip, { momentOf } from "./ChangeStrip.tsx";
import { fetchSignedIn } from "../live/entrance.ts";

const text = {
  loading: "Loading…",
  none: "Nothing is kept of this signal in this time.",
  failed: "The history cannot be reached.",
  csv: "CSV",
  point: (value: string, low: string, high: string) => low === high ? value : `${value} (${low} to ${high})`,
  extremes: (low: string, high: string) => `Lowest ${low}, highest ${high}`,
  chart: (label: string, extremes: string) => `Course of ${label}. ${extremes}.`,
  gap: "no value",
};

const ranges = [
  { from: "-24h", name: "24 h" },
  { from: "-7d", name: "7 d" },
  { from: "-30d", name: "30 d" },
] as const;

interface Props {
  readonly entity: EntityDetail;
  readonly temperature: TemperatureUnit;
  /** Where the drawing program is. */
  readonly chartUrl: string;
}

/** The course of one signal of an entity, chosen by the owner. */
export default function HistoryChart({ entity, temperature, chartUrl }: Props) {
  const [signal, setSignal] = useState(() => firstSignal(entity));
  const [from, setFrom] = useState<string>(ranges[0].from);
  const course = useCourse(entity.id, { signal, from });
  const label = entity.signals.find(({ name }) => name === signal)?.label ?? signal;
  return (
    <div class="history" data-history={signal}>
      <div class="history__choice" role="group">
        {entity.signals.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            class="button"
            aria-pressed={name === signal}
            onClick={() => setSignal(name)}
          >
            {label}
          </button>
        ))}
      </div>
      <div class="history__choice history__choice--range" role="group">
        {ranges.map((range) => (
          <button
            key={range.from}
            type="button"
            class="button"
            aria-pressed={range.from === from}
            onClick={() => setFrom(range.from)}
          >
            {range.name}
          </button>
        ))}
      </div>
      {typeof course === "string"
        ? <p class="history__empty">{course}</p>
        : course.points.length > 0
        ? <Course course={course} label={label} temperature={temperature} chartUrl={chartUrl} />
        : course.changes.length > 0
        ? <ChangeStrip course={course} />
        : <p class="history__empty">{text.none}</p>}
      <p class="history__foot">
        <span>{typeof course === "string" ? "" : extremesOf(course, temperature)}</span>
        <a href={`/api/entities/${encodeURIComponent(entity.id)}/history.csv?${query(signal, from)}`} download>
          {text.csv}
        </a>
      </p>
    </div>
  );
}

/** The first number: that is what people look for. */
function firstSignal({ signals }: EntityDetail): string {
  const isNumber = ({ reading }: EntityDetail["signals"][number]) =>
    reading !== undefined && "value" in reading && typeof reading.value === "number" && reading.label === undefined;
  return (signals.find(isNumber) ?? signals[0])?.name ?? "";
}

function query(signal: string, from: string): string {
  return new URLSearchParams({ signal, from }).toString();
}

/** The course, or why there is none. */
function useCourse(id: string, asked: { readonly signal: string; readonly from: string }): HistoryCourse | string {
  const [course, setCourse] = useState<HistoryCourse | string>(text.loading);
  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      try {
        const path = `/api/entities/${encodeURIComponent(id)}/history?${query(asked.signal, asked.from)}`;
        const response = await fetchSignedIn(path, { signal: abort.signal });
        setCourse(response.ok ? await response.json() : response.status === 404 ? text.none : text.failed);
      } catch {
        if (!abort.signal.aborted) setCourse(text.failed);
      }
    };
    void load();
    return () => abort.abort();
  }, [id, asked.signal, asked.from]);
  return course;
}

/** A number of the course in the unit of the screen. */
function say(value: number, course: HistoryCourse, temperature: TemperatureUnit): string {
  const reading = course.unit === null ? { value } : { value, unit: course.unit };
  const { text, unit } = formatReading(reading, { temperature });
  return unit === "" ? text : `${text}\u00a0${unit}`;
}

function extremesOf(course: HistoryCourse, temperature: TemperatureUnit): string {
  const low = course.points.flatMap(({ min }) => min ?? []);
  const high = course.points.flatMap(({ max }) => max ?? []);
  if (low.length === 0 || high.length === 0) return "";
  const least = low.reduce((a, b) => Math.min(a, b));
  const most = high.reduce((a, b) => Math.max(a, b));
  return text.extremes(say(least, course, temperature), say(most, course, temperature));
}

interface CourseProps {
  readonly course: HistoryCourse;
  readonly label: string;
  readonly temperature: TemperatureUnit;
  readonly chartUrl: string;
}

function Course({ course, label, temperature, chartUrl }: CourseProps) {
  const place = useRef<HTMLDivElement>(null);
  const [index, setIndex] = useState<number | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let chart: Chart | undefined;
    let isCurrent = true;
    const draw = async () => {
      try {
        // The address is the build's, so the bundler leaves it alone.
        const module: { readonly drawChart: typeof drawChart } = await import(chartUrl);
        if (isCurrent && place.current) chart = module.drawChart(place.current, chartOptions());
      } catch {
        setFailed(true);
      }
    };
    const chartOptions = () => ({
      data: columnsOf(course, temperature),
      fromS: Date.parse(course.from) / 1000,
      toS: Date.parse(course.to) / 1000,
      onPoint: setIndex,
    });
    setIndex(undefined);
    void draw();
    return () => {
      isCurrent = false;
      chart?.destroy();
    };
  }, [course, temperature, chartUrl]);
  const point = course.points[Math.min(index ?? course.points.length - 1, course.points.length - 1)];
  return (
    <>
      <p class="history__value">
        <b>{point ? pointText(point, course, temperature) : ""}</b>
        <span class="muted">{point ? momentOf(point.at) : ""}</span>
      </p>
      {failed ? <p class="history__empty">{text.failed}</p> : (
        <div
          ref={place}
          class="history__plot"
          role="img"
          aria-label={text.chart(label, extremesOf(course, temperature))}
        />
      )}
    </>
  );
}

function pointText(
  { min, max, avg }: HistoryCourse["points"][number],
  course: HistoryCourse,
  temperature: TemperatureUnit,
): string {
  if (min === null || max === null || avg === null) return text.gap;
  return text.point(say(avg, course, temperature), say(min, course, temperature), say(max, course, temperature));
}

/** The columns of the drawing; the last value holds until the end of the range. */
function columnsOf(course: HistoryCourse, temperature: TemperatureUnit) {
  const last = course.points.at(-1);
  const points = last ? [...course.points, { ...last, at: course.to }] : course.points;
  const shown = (value: number | null) =>
    value === null || !isCelsius(course.unit ?? undefined) ? value : toTemperatureUnit(value, temperature);
  return {
    times: points.map(({ at }) => Date.parse(at) / 1000),
    min: points.map(({ min }) => shown(min)),
    max: points.map(({ max }) => shown(max)),
    avg: points.map(({ avg }) => shown(avg)),
  };
}
