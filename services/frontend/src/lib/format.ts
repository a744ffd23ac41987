import { Temporal } from "temporal-polyfill";

/** Numbers and times as people read them. Every number leaves here with its unit or is a plain count. */
const locale = () =>
  typeof navigator === "undefined" ? "en-GB" : navigator.language === "en-US" ? "en-US" : navigator.language || "en-GB";

const numberFormats = new Map<number, Intl.NumberFormat>();
function digits(count: number): Intl.NumberFormat {
  let format = numberFormats.get(count);
  if (!format) {
    format = new Intl.NumberFormat(locale(), { maximumSignificantDigits: count });
    numberFormats.set(count, format);
  }
  return format;
}

/** Three significant digits, but never rounding away whole units (12,345 stays 12,345). */
export function formatNumber(value: number): string {
  const whole = Math.max(3, Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1);
  return digits(Math.min(whole, 15)).format(value);
}

export function formatCount(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 }).format(value);
}

export interface Measure {
  number: string;
  unit: string;
}

/** Energy in the unit that keeps the number short: kWh up to 10 MWh, then MWh, then GWh. */
export function measureEnergy(kwh: number): Measure {
  const size = Math.abs(kwh);
  if (size >= 1e7) return { number: digits(3).format(kwh / 1e6), unit: "GWh" };
  if (size >= 1e4) return { number: digits(3).format(kwh / 1e3), unit: "MWh" };
  return { number: digits(size >= 1000 ? 4 : 3).format(kwh), unit: "kWh" };
}

export function measurePower(kw: number): Measure {
  const size = Math.abs(kw);
  if (size >= 1e4) return { number: digits(3).format(kw / 1e3), unit: "MW" };
  if (size > 0 && size < 0.1) return { number: digits(3).format(kw * 1e3), unit: "W" };
  return { number: digits(3).format(kw), unit: "kW" };
}

const joined = ({ number, unit }: Measure) => `${number} ${unit}`;
export const formatEnergy = (kwh: number) => joined(measureEnergy(kwh));
export const formatPower = (kw: number) => joined(measurePower(kw));

/** A value in a stored unit; kWh is shortened like energy, anything else keeps its unit. */
export function formatValue(value: number, unit: string): string {
  return unit === "kWh" ? formatEnergy(value) : `${digits(3).format(value)} ${unit}`;
}

export function formatPercent(share: number, fractionDigits = 0): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: fractionDigits }).format(share);
}

/** "8 % less", "12 % more", "the same" for a relative change. */
export function changeWord(change: number): "less" | "more" | "same" {
  if (Math.abs(change) < 0.005) return "same";
  return change < 0 ? "less" : "more";
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();
function dateFormat(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options });
    dateFormats.set(key, format);
  }
  return format;
}

export const formatDay = (ms: number, zone: string) =>
  dateFormat(zone, { day: "numeric", month: "short", year: "numeric" }).format(ms);
export const formatDayMonth = (ms: number, zone: string) =>
  dateFormat(zone, { day: "numeric", month: "short" }).format(ms);
export const formatWeekday = (ms: number, zone: string) =>
  dateFormat(zone, { weekday: "short", day: "numeric", month: "short" }).format(ms);
export const formatWeekdayName = (ms: number, length: "narrow" | "long") =>
  dateFormat("UTC", { weekday: length }).format(ms);
export const formatMonth = (ms: number, zone: string) => dateFormat(zone, { month: "short" }).format(ms);
export const formatMonthYear = (ms: number, zone: string) =>
  dateFormat(zone, { month: "long", year: "numeric" }).format(ms);
export const formatYear = (ms: number, zone: string) => dateFormat(zone, { year: "numeric" }).format(ms);
export const formatClock = (ms: number, zone: string) =>
  dateFormat(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
export const formatMoment = (ms: number, zone: string) =>
  dateFormat(zone, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(ms);

/** The name of the zone as its people write it just then: BST, CET, GMT+5:30. */
export function zoneName(ms: number, zone: string): string {
  return (
    dateFormat(zone, { timeZoneName: "short" })
      .formatToParts(ms)
      .find((part) => part.type === "timeZoneName")?.value ?? zone
  );
}

/** "27 Oct 2013, 01:30–02:00 BST": the exact interval of a value. */
export function formatInterval(start: number, end: number, zone: string): string {
  const hours = (end - start) / 3_600_000;
  if (hours >= 27 * 24) return formatMonthYear(start, zone);
  if (hours >= 23)
    return dateFormat(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(start);
  // The end is told in the clock of the start: half past one to two, also where the clocks then go back to one.
  const offset = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
  const until = formatClock(end + offset, "UTC");
  return `${formatDay(start, zone)}, ${formatClock(start, zone)}–${until} ${zoneName(start, zone)}`;
}

const AGES: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "12 minutes ago" while recent (a week), else the date. */
export function formatAge(ms: number, now: number, zone: string): string {
  const age = now - ms;
  if (Math.abs(age) > 7 * 86_400_000) return formatDay(ms, zone);
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [unit, size] of AGES) {
    if (Math.abs(age) >= size) return words.format(-Math.round(age / size), unit);
  }
  return words.format(0, "second");
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${digits(3).format(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${digits(3).format(bytes / 1e6)} MB`;
  return `${digits(3).format(bytes / 1e9)} GB`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${digits(2).format(seconds)} s`;
  if (seconds < 5400) return `${digits(2).format(seconds / 60)} min`;
  return `${digits(2).format(seconds / 3600)} h`;
}

const LENGTHS: [string, number, number][] = [
  ["day", 86_400_000, 48 * 3_600_000],
  ["hour", 3_600_000, 120 * 60_000],
  ["minute", 60_000, 60_000],
  ["second", 1000, 0],
];

/** "40 minutes", "26 hours", "2.5 days": a length of time in the unit that people would say it in. */
export function formatLength(ms: number): string {
  const [unit, size] = LENGTHS.find(([, , least]) => ms >= least) ?? ["second", 1000];
  const value = ms / size;
  const fraction = unit === "day" || unit === "hour" ? 1 : 0;
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: fraction,
  }).format(value);
}

/** "28 Mar 2026, 22:00 GMT – 29 Mar 2026, 04:00 BST": from where to where, on the clock of each end. */
export function formatSpan(start: number, end: number, zone: string): string {
  const [from, until] = [zoneName(start, zone), zoneName(end, zone)];
  const begin = from === until ? formatMoment(start, zone) : `${formatMoment(start, zone)} ${from}`;
  return `${begin} – ${formatMoment(end, zone)} ${until}`;
}

/** PT30M → "30 minutes", for sentences. */
export function formatResolution(resolution: string): string {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(resolution);
  if (!found) return resolution;
  const [, days, hours, minutes] = found;
  const unit = days ? "day" : hours ? "hour" : "minute";
  const count = Number(days ?? hours ?? minutes ?? 0);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(count);
}
