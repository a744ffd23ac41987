import type { HealthOfMeter } from "@/api";

/** The kitchen meter's March 2026: two gaps, a stuck day, and a gateway that has fallen silent. */
export const health: HealthOfMeter = {
  meter: 7,
  timezone: "Europe/London",
  starts_at: "2026-02-27T00:00:00Z",
  ends_at: "2026-03-04T00:00:00Z",
  completeness: {
    dates: ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"],
    coverage: [1, 0.9999, 0, 0, 0.5],
    complete_days: 1,
    share: 0.9876,
  },
  estimated_share: 0.0001,
  gaps: {
    count: 2,
    missing: 98,
    longest: [
      { starts_at: "2026-03-01T00:00:00Z", ends_at: "2026-03-03T00:00:00Z", missing: 96 },
      { starts_at: "2026-02-28T03:00:00Z", ends_at: "2026-02-28T04:00:00Z", missing: 2 },
    ],
  },
  stuck: {
    count: 1,
    longest: [{ starts_at: "2026-02-27T00:00:00Z", ends_at: "2026-02-28T02:00:00Z", value: 0.7 }],
  },
  corrections: { count: 14, last_at: "2026-03-03T12:00:00Z" },
  delay: { median_s: 2400, p95_s: 3600 },
  late_since: "2026-03-04T03:00:00Z",
};
