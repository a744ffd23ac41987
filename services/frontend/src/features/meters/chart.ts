import type { Meter, MeterForecast, Series } from "@/api";
import { hueOfQuantity } from "@/charts/colours";
import type { Band, Chart, Series as ChartSeries } from "@/charts/TimeChart";
import { DAY_MS, durationMs, HOUR_MS, localDate } from "@/lib/time";
import { GRAINS, type Grain } from "./search";

export interface ExplorerWords {
  measured: string;
  previous: string;
  forecast: string;
  band80: string;
  band50: string;
}

interface Parts {
  meter: Meter;
  series: Series;
  previous?: Previous;
  forecast?: MeterForecast;
  start: number;
  end: number;
  words: ExplorerWords;
}

/** Energy at hours or finer is drawn as the mean power of each interval; days and longer as energy. */
export const showsPower = (series: Series) =>
  series.unit === "kWh" && (series.grain === "hour" || series.grain === "reading");

const PIXELS = 1100;
const SEASON = 45 * DAY_MS;

/** How many columns are worth asking for: beyond a season, days tell more than a thicket of hours. */
export const pixelsFor = (span: number) =>
  span > SEASON ? Math.min(PIXELS, Math.floor((span / DAY_MS) * 0.9)) : PIXELS;

const LENGTHS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS, year: 365 * DAY_MS };

/** What a meter can be shown by: its readings, and every period that is longer than their intervals. */
export const grainsOf = (meter: Meter): Grain[] =>
  GRAINS.filter((grain) => grain === "reading" || LENGTHS[grain] > durationMs(meter.resolution));

/** Which part of a forecast belongs on this chart: what follows the readings, where hours can be told apart. */
export function forecastOf(
  series: Series,
  forecast: MeterForecast | undefined,
  end: number,
): MeterForecast | undefined {
  const first = forecast?.starts_at[0];
  if (!forecast || first === undefined || (series.grain !== "hour" && series.grain !== "reading")) return undefined;
  return first < end + HOUR_MS ? forecast : undefined;
}

/** The forecast's intervals that follow the readings. */
function comingOf(series: Series, forecast: MeterForecast | undefined) {
  const lastEnd = series.ends_at.at(-1) ?? 0;
  const from = forecast ? forecast.starts_at.findIndex((moment) => moment >= lastEnd) : -1;
  if (!forecast || from < 0) return null;
  const starts = forecast.starts_at.slice(from);
  const ends = forecast.ends_at.slice(from);
  return { forecast, from, starts, ends };
}

type Coming = NonNullable<ReturnType<typeof comingOf>>;

/** A column of the forecast, in the chart's unit, after as many gaps as there are readings. */
function laterOf(series: Series, { from, starts, ends }: Coming, values: number[]): (number | null)[] {
  const scaled = values
    .slice(from)
    .map((value, index) => value * scaleOf(series, starts[index] ?? 0, ends[index] ?? 1));
  return [...series.starts_at.map(() => null), ...scaled];
}

const scaleOf = (series: Series, from: number, to: number) => (showsPower(series) ? HOUR_MS / (to - from) : 1);

export interface Previous {
  series: Series;
  /** How much later this period is, in milliseconds. */
  shift: number;
}

/** Days and longer are matched by the calendar, which a clock change or a leap year moves by hours; the rest exactly. */
function keyOf(moment: number, { grain, timezone }: Series): string {
  if (grain === "day") return localDate(moment + DAY_MS / 2, timezone).toString();
  if (grain === "week") return weekOf(localDate(moment + 3 * DAY_MS, timezone));
  if (grain === "year") return String(localDate(moment + 180 * DAY_MS, timezone).year);
  if (grain === "month")
    return localDate(moment + 15 * DAY_MS, timezone)
      .toPlainYearMonth()
      .toString();
  return String(moment);
}

const weekOf = (date: ReturnType<typeof localDate>) => `${date.yearOfWeek}-${date.weekOfYear}`;

/** The values of the period before at these moments; null where it had no reading. */
export function earlierValues({ series, shift }: Previous, starts: number[]): (number | null)[] {
  const values = new Map(series.starts_at.map((moment, at) => [keyOf(moment + shift, series), series.value[at]]));
  return starts.map((moment) => values.get(keyOf(moment, series)) ?? null);
}

/** How much more (0.1) or less (-0.1) than before, over what both periods have; null where they share nothing. */
export function changeOf(series: Series, previous: Previous): number | null {
  const earlier = earlierValues(previous, series.starts_at);
  let [now, before] = [0, 0];
  earlier.forEach((value, index) => {
    if (value === null) return;
    before += value;
    now += series.value[index] ?? 0;
  });
  return before > 0 ? now / before - 1 : null;
}

function kindOf(meter: Meter, series: Series): "bars" | "steps" | "line" {
  if (!addsUp(meter.unit)) return "line";
  return series.grain === "hour" || series.grain === "reading" ? "steps" : "bars";
}

/** Energy and volume are drawn from zero; temperature and prices are not. */
export const addsUp = (unit: string) => unit === "kWh" || unit === "m³";

export function explorerChart({ meter, series, previous, forecast, start, end, words }: Parts): Chart {
  const coming = comingOf(series, forecast);
  const starts = [...series.starts_at, ...(coming?.starts ?? [])];
  const ends = [...series.ends_at, ...(coming?.ends ?? [])];
  const kind = kindOf(meter, series);
  const none = (coming?.starts ?? []).map(() => null);
  const measured = series.value.map(
    (value, index) => value * scaleOf(series, series.starts_at[index] ?? 0, series.ends_at[index] ?? 1),
  );
  const before: ChartSeries[] = previous
    ? [
        {
          label: words.previous,
          hue: "comparison",
          kind: kind === "steps" ? "steps" : "line",
          dash: true,
          values: earlierValues(previous, starts).map((value, at) =>
            value === null ? null : value * scaleOf(series, starts[at] ?? 0, ends[at] ?? 1),
          ),
        },
      ]
    : [];
  const main: ChartSeries = {
    label: words.measured,
    hue: hueOfQuantity(meter.quantity),
    kind,
    values: [...measured, ...none],
  };
  return {
    zone: meter.timezone,
    start,
    end: Math.max(end, ends.at(-1) ?? end),
    starts,
    ends,
    quality: [...series.quality, ...none],
    fromZero: addsUp(meter.unit),
    series: [...before, main, ...(coming ? [forecastSeries(series, coming, words)] : [])],
    bands: coming ? forecastBands(series, coming, words) : [],
  };
}

function forecastSeries(series: Series, coming: Coming, words: ExplorerWords): ChartSeries {
  const values = laterOf(series, coming, coming.forecast.mean);
  return { label: words.forecast, hue: "forecast", kind: "line", dash: true, values };
}

function forecastBands(series: Series, coming: Coming, words: ExplorerWords): Band[] {
  const { q10, q25, q75, q90 } = coming.forecast;
  const later = (values: number[]) => laterOf(series, coming, values);
  return [
    { label: words.band80, hue: "forecast", strength: 0.2, low: later(q10), high: later(q90) },
    { label: words.band50, hue: "forecast", strength: 0.3, low: later(q25), high: later(q75) },
  ];
}
