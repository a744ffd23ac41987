import { describe, expect, test } from "vitest";
import { type Extent, parseRangeSearch, resolveRange, stepRange } from "./range";
import { HOUR_MS } from "./time";

const london: Extent = {
  zone: "Europe/London",
  dataStart: Date.parse("2013-01-01T00:00:00Z"),
  dataEnd: Date.parse("2014-01-01T00:00:00Z"),
  now: Date.parse("2026-11-23T08:00:00Z"),
};
const hours = (search: Parameters<typeof resolveRange>[0], extent = london) => {
  const { start, end } = resolveRange(search, extent);
  return (end - start) / HOUR_MS;
};

describe("a range of local days", () => {
  test("the day on which clocks go forward has 23 hours, the other 25", () => {
    expect(hours({ range: "day", at: "2013-03-31" })).toBe(23);
    expect(hours({ range: "day", at: "2013-10-27" })).toBe(25);
  });

  test("begins at local midnight in zones of +05:45 too", () => {
    const kathmandu = { ...london, zone: "Asia/Kathmandu" };
    expect(resolveRange({ range: "day", at: "2013-06-01" }, kathmandu).start).toBe(Date.parse("2013-05-31T18:15:00Z"));
  });

  test("without a choice shows the last week of historical data", () => {
    expect(resolveRange({}, london).end).toBe(london.dataEnd);
  });

  test("without a choice shows the week up to today of a live feed", () => {
    const live = { ...london, dataEnd: london.now - HOUR_MS };
    expect(resolveRange({}, live).end).toBe(Date.parse("2026-11-24T00:00:00Z"));
  });
});

describe("stepping", () => {
  test("from January goes to February, whose length it takes", () => {
    const next = stepRange({ range: "month", at: "2013-01-31" }, london, 1);
    expect(hours(next)).toBe(28 * 24);
  });

  test("a zoomed span moves by its own length", () => {
    const zoomed = { range: "custom", from: "2013-05-01T00:00:00Z", to: "2013-05-01T06:00:00Z" } as const;
    const before = resolveRange(stepRange(zoomed, london, -1), london);
    expect(before.start).toBe(Date.parse("2013-04-30T18:00:00Z"));
    expect(before.end).toBe(Date.parse("2013-05-01T00:00:00Z"));
  });
});

test("an address that a person mistyped falls back instead of failing", () => {
  const search = parseRangeSearch({ range: "fortnight", at: "2013-02-31x", from: 7, to: null });
  expect(search).toEqual({ range: undefined, at: undefined, from: undefined, to: undefined });
});
