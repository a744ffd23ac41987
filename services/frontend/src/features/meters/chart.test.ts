import { expect, test } from "vitest";
import type { Series } from "@/api";
import { forecast, meter, series } from "@/testing/data";
import { changeOf, explorerChart, forecastOf, grainsOf } from "./chart";

const words = { measured: "Measured", previous: "Period before", forecast: "Forecast", band80: "80 %", band50: "50 %" };
const daysOf = (first: string, kwh: number[]): Series => {
  const starts = kwh.map((_, index) => Date.parse(first) + index * 86_400_000);
  return {
    ...series,
    grain: "day",
    timezone: "UTC",
    starts_at: starts,
    ends_at: starts.map((at) => at + 86_400_000),
    value: kwh,
  };
};

test("half-hours of half a kilowatt-hour are drawn as one kilowatt, and the forecast goes on after them", () => {
  const end = series.ends_at.at(-1) ?? 0;
  const chart = explorerChart({
    meter,
    series,
    forecast: forecastOf(series, forecast, end),
    start: series.starts_at[0] ?? 0,
    end,
    words,
  });
  const [measured, coming] = chart.series;
  expect(measured?.values[0]).toBe(1);
  expect(coming?.values[95]).toBeNull();
  expect(coming?.values[96]).toBe(1);
  expect(chart.bands?.[0]?.high[96]).toBe(1.5);
  expect(chart.end).toBe(forecast.ends_at.at(-1));
});

test("a forecast does not follow days or a time long past", () => {
  const end = series.ends_at.at(-1) ?? 0;
  expect(forecastOf({ ...series, grain: "day" }, forecast, end)).toBeUndefined();
  expect(forecastOf(series, forecast, end - 30 * 86_400_000)).toBeUndefined();
});

test("a period is compared only over the days that both have", () => {
  const now = daysOf("2024-02-01T00:00:00Z", [11, 11, 11]);
  const before = daysOf("2024-01-02T00:00:00Z", [10]);
  const change = changeOf(now, { series: before, shift: 31 * 86_400_000 });
  expect(change).toBeCloseTo(0.1);
});

test("weeks and years are matched by the calendar, whatever the clocks did", () => {
  const zone = { timezone: "Europe/London" };
  const week = { ...daysOf("2024-03-25T00:00:00Z", [70]), ...zone, grain: "week" as const };
  const before = { ...daysOf("2023-03-27T00:00:00+01:00", [50]), ...zone, grain: "week" as const };
  expect(changeOf(week, { series: before, shift: 52 * 7 * 86_400_000 })).toBeCloseTo(0.4);
  const year = { ...daysOf("2024-01-01T00:00:00Z", [3000]), ...zone, grain: "year" as const };
  const last = { ...daysOf("2023-01-01T00:00:00Z", [2000]), ...zone, grain: "year" as const };
  expect(changeOf(year, { series: last, shift: 366 * 86_400_000 })).toBeCloseTo(0.5);
});

test("a meter that is read once a day has no hours to show", () => {
  expect(grainsOf({ ...meter, resolution: "P1D" })).toEqual(["reading", "week", "month", "year"]);
  expect(grainsOf({ ...meter, resolution: "PT30M" })).toContain("hour");
});
