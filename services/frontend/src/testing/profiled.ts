import type { MeterProfile, StoredProfile } from "@/api";
import { ENDED_AT } from "./data";

/** A year of the meter of Mill Street. */
const day = {
  mean_kw: Array(24).fill(1),
  p10_kw: Array(24).fill(0.8),
  p50_kw: Array(24).fill(1),
  p90_kw: Array(24).fill(1.4),
};
export const storedProfile: StoredProfile = {
  meter_id: 7,
  timezone: "Europe/London",
  computed_at: ENDED_AT,
  covers_from: "2012-12-31T00:00:00Z",
  covers_until: ENDED_AT,
  hours: 8760,
  days: 365,
  typical_days: [
    { season: "year", weekend: false, days: 261, ...day },
    { season: "year", weekend: true, days: 104, ...day },
    { season: "winter", weekend: false, days: 64, ...day, mean_kw: Array.from({ length: 24 }, (_, i) => i / 10) },
  ],
  typical_week_kw: Array.from({ length: 168 }, (_, hour) => (hour === 66 ? 2.5 : 1)),
  duration_kw: Array.from({ length: 101 }, (_, percent) => 3 - percent / 50),
  base_and_peak: { near_base_kw: 0.31, near_peak_kw: 2.2, base_to_peak: 0.14, days: 365 },
  peak: { kw: 3, starts_at: "2013-01-17T18:00:00Z", mean_kw: 1, load_factor: 1 / 3 },
  shares: {
    night: { energy: 0.21, hours: 0.33 },
    day: { energy: 0.79, hours: 0.67 },
    weekend: { energy: 0.31, hours: 0.28 },
  },
  ramp: {
    p95_change: 0.6,
    largest_rise: 1.8,
    rise_at: "2013-01-17T17:00:00Z",
    largest_fall: 1.5,
    fall_at: "2013-01-17T22:00:00Z",
  },
  thermal: {
    kind: "heating",
    base_kwh_per_day: 8,
    heating_point: 15,
    heating_slope: 2,
    cooling_point: null,
    cooling_slope: null,
    r_squared: 0.86,
    days: 3,
    dates: ["2013-01-01", "2013-04-01", "2013-07-01"],
    temperature: [0, 10, 20],
    kwh: [38.5, 17.6, 8],
  },
  year_on_year: {
    later_from: "2013-01-01",
    later_until: "2013-12-30",
    days: 360,
    earlier_kwh: 8800,
    later_kwh: 8500,
    change: -0.034,
  },
  same_weather: { days: 360, expected_kwh: 8300, later_kwh: 8500, change: 0.024, earlier_r_squared: 0.8 },
  trend: null,
  seasonality: { day: 0.4, week: 0.1, year: null },
  reasons: { trend: "Only 14 months have 20 whole days or more; 24 are needed." },
};
export const profile: MeterProfile = {
  meter: 7,
  timezone: "Europe/London",
  weekday: day,
  weekend: day,
  days: 7,
  profile: storedProfile,
};
