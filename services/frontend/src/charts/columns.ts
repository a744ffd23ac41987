/** Turns intervals into what a canvas draws: columns on one time axis, with honest gaps. */

export interface Intervals {
  starts: number[];
  ends: number[];
}

export interface Drawn {
  /** Seconds, as the plotting library wants them. */
  xs: number[];
  /** For each x, the interval it stands for, or -1 where it only closes a run. */
  source: number[];
}

/** A run of touching intervals is closed by a point at its end, and a gap follows it. */
export function layOut({ starts, ends }: Intervals): Drawn {
  const xs: number[] = [];
  const source: number[] = [];
  for (let i = 0; i < starts.length; i += 1) {
    const start = starts[i] ?? 0;
    const end = ends[i] ?? start;
    xs.push(start / 1000);
    source.push(i);
    const next = starts[i + 1];
    if (next === undefined || next > end) {
      xs.push(end / 1000);
      source.push(~i);
      // A thousandth later the line is broken, so that nothing bridges the gap.
      xs.push(end / 1000 + 0.001);
      source.push(Number.NaN);
    }
  }
  return { xs, source };
}

/** For bars: a column for each interval and nothing between, since the narrowest step sets their width. */
export function layOutBars({ starts }: Intervals): Drawn {
  return { xs: starts.map((start) => start / 1000), source: starts.map((_, index) => index) };
}

/** The values of a series at the laid-out places: repeated at the end of a run, null in a gap. */
export function place(values: (number | null)[], { source }: Drawn): (number | null)[] {
  return source.map((from) => (Number.isNaN(from) ? null : (values[from < 0 ? ~from : from] ?? null)));
}

/** The interval that a laid-out point belongs to. */
export function intervalAt(index: number, { source }: Drawn): number | null {
  const from = source[index];
  if (from === undefined) return null;
  if (Number.isNaN(from)) return null;
  return from < 0 ? ~from : from;
}
