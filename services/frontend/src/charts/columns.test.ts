import { expect, test } from "vitest";
import { intervalAt, layOut, place } from "./columns";

const HALF_HOUR = 1_800_000;
// Half-hours at 0, 1 and, after a missing one, 3.
const starts = [0, HALF_HOUR, 3 * HALF_HOUR];
const ends = starts.map((start) => start + HALF_HOUR);

test("a gap between readings is never bridged", () => {
  const drawn = layOut({ starts, ends });
  const values = place([1, 2, 4], drawn);
  const inGap = drawn.xs.findIndex((second) => second * 1000 > 2 * HALF_HOUR);
  expect(values[inGap]).toBeNull();
});

test("a run of readings is drawn to the end of its last interval", () => {
  const drawn = layOut({ starts, ends });
  const end = drawn.xs.indexOf((2 * HALF_HOUR) / 1000);
  expect(place([1, 2, 4], drawn)[end]).toBe(2);
  expect(intervalAt(end, drawn)).toBe(1);
});

test("the columns of time rise strictly, as the canvas needs them", () => {
  const { xs } = layOut({ starts, ends });
  expect(xs.every((second, index) => index === 0 || second > (xs[index - 1] ?? second))).toBe(true);
});
