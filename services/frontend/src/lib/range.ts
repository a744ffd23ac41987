import { Temporal } from "temporal-polyfill";
import { DAY_MS, localDate, startOfDay } from "./time";

export const RANGES = ["day", "7d", "month", "year", "all", "custom"] as const;
export type RangeKind = (typeof RANGES)[number];

/** What the address carries. Dates are the local ones of the meter; `from` and `to` may also be instants (a zoom). */
export interface RangeSearch {
  range?: RangeKind;
  at?: string;
  from?: string;
  to?: string;
}

export interface TimeRange {
  kind: RangeKind;
  start: number;
  end: number;
}

export interface Extent {
  zone: string;
  dataStart: number | null;
  dataEnd: number | null;
  now: number;
}

/** Data that ended more than two days ago is history: views then open where it ends, never on an empty chart. */
export function isHistorical(dataEnd: number | null, now: number): boolean {
  return dataEnd !== null && dataEnd < now - 2 * DAY_MS;
}

function anchor(search: RangeSearch, extent: Extent): Temporal.PlainDate {
  if (search.at) return Temporal.PlainDate.from(search.at);
  const last = extent.dataEnd !== null && isHistorical(extent.dataEnd, extent.now) ? extent.dataEnd - 1 : extent.now;
  return localDate(last, extent.zone);
}

function boundary(text: string, zone: string, daysAfter: number): number {
  if (text.includes("T")) return Temporal.Instant.from(text).epochMilliseconds;
  return startOfDay(Temporal.PlainDate.from(text).add({ days: daysAfter }), zone);
}

function calendarRange(kind: RangeKind, day: Temporal.PlainDate): [Temporal.PlainDate, Temporal.PlainDate] {
  switch (kind) {
    case "day":
      return [day, day.add({ days: 1 })];
    case "month":
      return [day.with({ day: 1 }), day.with({ day: 1 }).add({ months: 1 })];
    case "year":
      return [day.with({ month: 1, day: 1 }), day.with({ month: 1, day: 1 }).add({ years: 1 })];
    default:
      return [day.subtract({ days: 6 }), day.add({ days: 1 })];
  }
}

export function resolveRange(search: RangeSearch, extent: Extent): TimeRange {
  const { zone } = extent;
  if (search.range === "custom" && search.from && search.to) {
    return { kind: "custom", start: boundary(search.from, zone, 0), end: boundary(search.to, zone, 1) };
  }
  if (search.range === "all" && extent.dataStart !== null && extent.dataEnd !== null) {
    return { kind: "all", start: extent.dataStart, end: extent.dataEnd };
  }
  const kind = search.range && search.range !== "custom" && search.range !== "all" ? search.range : "7d";
  const [first, after] = calendarRange(kind, anchor(search, extent));
  return { kind, start: startOfDay(first, zone), end: startOfDay(after, zone) };
}

const STEPS: Partial<Record<RangeKind, Temporal.DurationLike>> = {
  day: { days: 1 },
  "7d": { days: 7 },
  month: { months: 1 },
  year: { years: 1 },
};

/** The search of the range before (-1) or after (+1) this one. */
export function stepRange(search: RangeSearch, extent: Extent, direction: 1 | -1): RangeSearch {
  const { kind, start, end } = resolveRange(search, extent);
  const step = STEPS[kind];
  if (!step) return zoomTo(start + direction * (end - start), end + direction * (end - start));
  const day = anchor(search, extent);
  const moved = direction > 0 ? day.add(step) : day.subtract(step);
  return { range: kind, at: moved.toString(), from: undefined, to: undefined };
}

/** The search of a span dragged on a chart, to the minute. */
export function zoomTo(start: number, end: number): RangeSearch {
  const minute = (ms: number) =>
    new Date(Math.round(ms / 60_000) * 60_000).toISOString().replace(/:\d\d\.000Z$/, ":00Z");
  return { range: "custom", at: undefined, from: minute(start), to: minute(end) };
}

function text(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_OR_INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/;

/** Keeps what is valid of an address that a person may have typed. */
export function parseRangeSearch(search: Record<string, unknown>): RangeSearch {
  const range = RANGES.find((kind) => kind === search.range);
  const from = text(search.from, DATE_OR_INSTANT);
  const to = text(search.to, DATE_OR_INSTANT);
  return {
    range,
    at: text(search.at, DATE),
    from: range === "custom" ? from : undefined,
    to: range === "custom" ? to : undefined,
  };
}
