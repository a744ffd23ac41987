import { Temporal } from "temporal-polyfill";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export function localDate(ms: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
}

/** The instant at which a local day begins; days of 23 or 25 hours come out right. */
export function startOfDay(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).epochMilliseconds;
}

export interface Seam {
  at: number;
  direction: "forward" | "back";
}

/** The clock changes of a zone within [start, end). */
export function clockChanges(start: number, end: number, zone: string): Seam[] {
  const seams: Seam[] = [];
  let moment: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone);
  // Twelve are enough for a label each; a chart of more years has no room for them.
  while (moment && seams.length < 12) {
    const next: Temporal.ZonedDateTime | null = moment.getTimeZoneTransition("next");
    if (!next || next.epochMilliseconds >= end) break;
    const before = next.subtract({ nanoseconds: 1 }).offsetNanoseconds;
    if (before !== next.offsetNanoseconds) {
      seams.push({ at: next.epochMilliseconds, direction: next.offsetNanoseconds > before ? "forward" : "back" });
    }
    moment = next;
  }
  return seams;
}

/** Milliseconds of an ISO 8601 duration such as PT30M or P1D; a month counts as 30 days. */
export function durationMs(resolution: string): number {
  const parsed = Temporal.Duration.from(resolution);
  const days = parsed.years * 365 + parsed.months * 30 + parsed.weeks * 7 + parsed.days;
  return days * DAY_MS + parsed.hours * HOUR_MS + parsed.minutes * 60_000 + parsed.seconds * 1000;
}

export function toMs(iso: string | null | undefined): number | null {
  return iso ? Date.parse(iso) : null;
}

/** Daily values without the last one where its day is not over yet: it would look like a collapse. */
export function withoutUnfinishedDay<T>(daily: T[], dataEndsAt: string | null, zone: string): T[] {
  if (!dataEndsAt) return daily;
  const end = Temporal.Instant.from(dataEndsAt).toZonedDateTimeISO(zone);
  const isOver = end.hour >= 23 || (end.hour === 0 && end.minute === 0);
  return isOver ? daily : daily.slice(0, -1);
}
