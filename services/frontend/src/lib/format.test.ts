import { describe, expect, test } from "vitest";
import { formatAge, formatEnergy, formatInterval, formatPower, formatResolution } from "./format";

describe("energy and power", () => {
  test.each([
    [0.412, "0.412 kWh"],
    [4214.648, "4,215 kWh"],
    [624_032.126, "624 MWh"],
    [12_300_000, "12.3 GWh"],
  ])("%d kWh reads %s", (kwh, words) => expect(formatEnergy(kwh)).toBe(words));

  test("small powers are in watts", () => expect(formatPower(0.042)).toBe("42 W"));
});

describe("time", () => {
  test("the first of the two hours from one to two in autumn is BST, the second GMT", () => {
    const first = Date.parse("2013-10-27T00:30:00Z");
    const second = Date.parse("2013-10-27T01:30:00Z");
    expect(formatInterval(first, first + 1_800_000, "Europe/London")).toBe("27 Oct 2013, 01:30–02:00 BST");
    expect(formatInterval(second, second + 1_800_000, "Europe/London")).toBe("27 Oct 2013, 01:30–02:00 GMT");
  });

  test("is in words while recent, a date after a week", () => {
    const now = Date.parse("2026-11-23T08:00:00Z");
    expect(formatAge(now - 12 * 60_000, now, "Europe/London")).toBe("12 minutes ago");
    expect(formatAge(now - 30 * 86_400_000, now, "Europe/London")).toBe("24 Oct 2026");
  });

  test("a resolution reads as words", () => expect(formatResolution("PT30M")).toBe("30 minutes"));
});
