import { describe, expect, test } from "vitest";
import { dayAfterKey, monthsOf } from "./calendar";

describe("a calendar of days", () => {
  const dates = ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"];

  test("begins a month on its own weekday, and a week on Monday", () => {
    const months = monthsOf(dates, [1, 0.5, 0, 1, 1]);
    expect(months.map((month) => month.key)).toEqual(["2026-02", "2026-03"]);
    const days = months.map((month) => month.weeks.map((week) => week.map((day) => day?.date.slice(8) ?? "")));
    expect(days).toEqual([
      [["", "", "", "", "27", "28", ""]],
      [
        ["", "", "", "", "", "", "01"],
        ["02", "03", "", "", "", "", ""],
      ],
    ]);
    expect(months[0]?.weeks[0]?.[5]).toMatchObject({ index: 1, coverage: 0.5 });
  });

  test("keys lead by days and weeks, never beyond its ends", () => {
    expect(dayAfterKey("ArrowRight", 3, 0, 30)).toBe(4);
    expect(dayAfterKey("ArrowUp", 10, 0, 30)).toBe(3);
    expect(dayAfterKey("ArrowUp", 3, 0, 30)).toBe(3);
    expect(dayAfterKey("ArrowLeft", 8, 8, 30)).toBe(8);
    expect(dayAfterKey("End", 3, 0, 30)).toBe(30);
    expect(dayAfterKey("a", 3, 0, 30)).toBeUndefined();
  });
});
