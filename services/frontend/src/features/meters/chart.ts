import type { Meter, MeterForecast, Series } from "@/api";
import { hueOfQuantity } from "@/charts/colours";
import type { Chart } from "@/charts/TimeChart";
import { HOUR_MS } from "@/lib/time";

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
  previous?: { series: Series; shift: number };
  forecast?: MeterForecast;
  start: number;
  end: number;
  words: ExplorerWords;
}

/** Energy at hours or finer is drawn as the mean power of each interval; days and months as energy. */
export const showsPower = (series: Series) =>
  series.unit === "kWh" && (series.grain === "hour" || series.grain === "reading");

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

export function explorerChart({ meter, series, previous, forecast, start, end, words }: Parts): Chart {
  const scale = (from: number, to: number) => (showsPower(series) ? HOUR_MS / (to - from) : 1);
  const lastEnd = series.ends_at.at(-1) ?? start;
  const from = forecast ? forecast.starts_at.findIndex((moment) => moment >= lastEnd) : -1;
  const coming = forecast && from >= 0 ? forecast.starts_at.slice(from) : [];
  const comingEnds = forecast && from >= 0 ? forecast.ends_at.slice(from) : [];
  const starts = [...series.starts_at, ...coming];
  const ends = [...series.ends_at, ...comingEnds];
  const pad = <T>(values: T[]) => [...series.starts_at.map(() => null), ...values];
  const later = (values: number[] | undefined) =>
    pad(
      (values ?? [])
        .slice(Math.max(0, from))
        .slice(0, coming.length)
        .map((value, index) => value * scale(coming[index] ?? 0, comingEnds[index] ?? 1)),
    );
  const earlier = new Map(previous?.series.starts_at.map((moment, index) => [moment + previous.shift, index]));
  const isBars = series.grain === "day" || series.grain === "month";
  const adds = meter.unit === "kWh" || meter.unit === "m³";
  return {
    zone: meter.timezone,
    start,
    end: Math.max(end, ends.at(-1) ?? end),
    starts,
    ends,
    quality: [...series.quality, ...coming.map(() => null)],
    fromZero: adds,
    series: [
      ...(previous
        ? [
            {
              label: words.previous,
              hue: "comparison" as const,
              kind: isBars ? ("line" as const) : ("steps" as const),
              dash: true,
              values: starts.map((moment, index) => {
                const at = earlier.get(moment);
                const value = at === undefined ? undefined : previous.series.value[at];
                return value === undefined ? null : value * scale(moment, ends[index] ?? moment + 1);
              }),
            },
          ]
        : []),
      {
        label: words.measured,
        hue: hueOfQuantity(meter.quantity),
        kind: adds ? (isBars ? ("bars" as const) : ("steps" as const)) : ("line" as const),
        values: [
          ...series.value.map(
            (value, index) => value * scale(series.starts_at[index] ?? 0, series.ends_at[index] ?? 1),
          ),
          ...coming.map(() => null),
        ],
      },
      ...(coming.length
        ? [
            {
              label: words.forecast,
              hue: "forecast" as const,
              kind: "line" as const,
              dash: true,
              values: later(forecast?.mean),
            },
          ]
        : []),
    ],
    bands: coming.length
      ? [
          {
            label: words.band80,
            hue: "forecast",
            strength: 0.16,
            low: later(forecast?.q10),
            high: later(forecast?.q90),
          },
          {
            label: words.band50,
            hue: "forecast",
            strength: 0.24,
            low: later(forecast?.q25),
            high: later(forecast?.q75),
          },
        ]
      : [],
  };
}
