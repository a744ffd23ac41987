import { Temporal } from "temporal-polyfill";

export interface CalendarDay {
  /** Place among all days. */
  index: number;
  date: string;
  /** Noon of its date in UTC, to be formatted there: a date has no zone. */
  noon: number;
  coverage: number;
}

export interface CalendarMonth {
  key: string;
  /** Noon of its first day in UTC. */
  noon: number;
  /** Monday first; null where another month or another time is. */
  weeks: (CalendarDay | null)[][];
}

const noonOf = (date: Temporal.PlainDate) => date.toZonedDateTime({ timeZone: "UTC", plainTime: "12:00" });

/** Days in a row as months of weeks. */
export function monthsOf(dates: string[], coverage: number[]): CalendarMonth[] {
  const months: CalendarMonth[] = [];
  for (const [index, date] of dates.entries()) {
    const day = Temporal.PlainDate.from(date);
    const key = date.slice(0, 7);
    let month = months.at(-1);
    if (month?.key !== key) {
      month = { key, noon: noonOf(day.with({ day: 1 })).epochMilliseconds, weeks: [] };
      months.push(month);
    }
    const place = day.dayOfWeek - 1;
    let week = month.weeks.at(-1);
    if (week === undefined || place === 0) {
      week = Array.from({ length: 7 }, () => null);
      month.weeks.push(week);
    }
    week[place] = { index, date, noon: noonOf(day).epochMilliseconds, coverage: coverage[index] ?? 0 };
  }
  return months;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** The day that a key leads to from another; undefined where the key leads nowhere. */
export function dayAfterKey(key: string, from: number, first: number, last: number): number | undefined {
  if (key === "Home") return first;
  if (key === "End") return last;
  const step = STEPS[key];
  if (step === undefined) return undefined;
  const to = from + step;
  return to < first || to > last ? from : to;
}
