import type {
  ClusteringRunDetail,
  Consumer,
  ConsumerDetail,
  Meter,
  MeterForecast,
  Model,
  Overview,
  Series,
  Session,
} from "@/api";
import { HOUR_MS } from "@/lib/time";

/** Alice owns Mill Street: one home in London whose data ended in 2013. */
export const ENDED_AT = "2013-12-31T00:00:00Z";
const ended = Date.parse(ENDED_AT);

export const session: Session = {
  user: { id: 1, email: "alice@mill.example", name: "Alice", is_operator: true },
  organizations: [
    {
      id: 1,
      slug: "mill",
      name: "Mill Street",
      role: "owner",
      timezone: "Europe/London",
      country: "GB",
      is_simulated: false,
      consumer_id: null,
      data_starts_at: "2013-01-01T00:00:00Z",
      data_ends_at: ENDED_AT,
    },
  ],
};

export const meter: Meter = {
  id: 7,
  key: "M7",
  name: "Kitchen meter",
  organization: 1,
  consumer: { id: 3, key: "home-3", name: "3 Mill Street" },
  quantity: "electricity_import",
  unit: "kWh",
  timezone: "Europe/London",
  resolution: "PT30M",
  is_simulated: false,
  first_reading_at: "2013-01-01T00:00:00Z",
  last_reading_at: ENDED_AT,
  readings_count: 17520,
  feed: "historical",
};

const cluster = { id: 11, number: 1, label: "Large homes with heat pumps" };

export const consumer: Consumer = {
  id: 3,
  key: "home-3",
  name: "3 Mill Street",
  organization: 1,
  timezone: "Europe/London",
  country: "GB",
  latitude: null,
  longitude: null,
  is_simulated: false,
  attributes: { floor_area_m2: 148, heating: "heat_pump", has_solar: true, construction_year: 1987 },
  meters_count: 1,
  cluster,
  last_30_days_kwh: 412.4,
  spark_kwh: [12, 14, 13, 15],
  data_ends_at: ENDED_AT,
};

const distinction = {
  attribute: "heating",
  label: "Heating",
  here: "heat pump (92 %)",
  overall: "heat pump (20 %)",
  strength: 2,
};

export const consumerDetail: ConsumerDetail = {
  ...consumer,
  meters: [meter],
  cluster_reason: {
    run_id: 5,
    cluster_id: 11,
    label: cluster.label,
    sentence: "Heating is mostly by heat pump.",
    silhouette: 0.5,
    distinctions: [distinction],
  },
};

export const definitions = [
  { key: "floor_area_m2", label: "Floor area", type: "number", group: "house", unit: "m²" },
  { key: "heating", label: "Heating", type: "category", group: "house", choices: ["gas", "heat_pump"] },
  { key: "has_solar", label: "Solar panels", type: "boolean", group: "house" },
  { key: "construction_year", label: "Construction year", type: "integer", group: "house" },
].map((one, index) => ({ id: index + 1, organization: 1, ...one }));

/** A flat kilowatt over 48 hours: half a kilowatt-hour in each half-hour. */
export const series: Series = {
  meter: 7,
  grain: "reading",
  unit: "kWh",
  timezone: "Europe/London",
  rolled_up_at: null,
  starts_at: Array.from({ length: 96 }, (_, i) => ended - 48 * HOUR_MS + (i * HOUR_MS) / 2),
  ends_at: Array.from({ length: 96 }, (_, i) => ended - 48 * HOUR_MS + ((i + 1) * HOUR_MS) / 2),
  value: Array.from({ length: 96 }, () => 0.5),
  minimum: [],
  maximum: [],
  coverage: Array.from({ length: 96 }, () => 1),
  quality: Array.from({ length: 96 }, (_, i) => (i === 3 ? 1 : 0)),
};

const ahead = Array.from({ length: 96 }, (_, i) => ended + (i * HOUR_MS) / 2);
const flat = (kwh: number) => ahead.map(() => kwh);
export const forecast: MeterForecast = {
  meter: 7,
  status: "forecast",
  reason: "",
  basis: "historical",
  forecaster: "lightgbm_global",
  run: { id: 1, issued_at: "2026-11-01T10:00:00Z", model_id: 1, resolution: "PT30M", horizon_steps: 96 },
  unit: "kWh",
  timezone: "Europe/London",
  starts_at: ahead,
  ends_at: ahead.map((start) => start + HOUR_MS / 2),
  mean: flat(0.5),
  q05: flat(0.2),
  q10: flat(0.25),
  q25: flat(0.4),
  q40: flat(0.45),
  q50: flat(0.5),
  q60: flat(0.55),
  q75: flat(0.6),
  q90: flat(0.75),
  q95: flat(0.8),
};

export const heatmap = { meter: 7, timezone: "Europe/London", dates: ["2013-12-30"], kwh: [Array(24).fill(1)] };

export const overview: Overview = {
  organization: 1,
  timezone: "Europe/London",
  quantity: "electricity_import",
  as_of: ENDED_AT,
  basis: "historical",
  is_simulated: false,
  month: {
    kwh: 8123,
    days: 14,
    label: "first 14 days of July",
    previous_kwh: 8830,
    previous_label: "first 14 days of June",
    change: -0.08,
    starts_on: "2013-07-01",
    ends_on: "2013-07-14",
  },
  forecast_month_end: { kwh: 18000, low_kwh: 17200, high_kwh: 18800 },
  exported_month_kwh: null,
  peak_yesterday: { kw: 54.3, at: "2013-12-30T18:00:00Z" },
  data_health: { coverage_30_days: 0.9999, meters: 200, silent_meters: 2, rejected_rows_30_days: 0 },
  daily: { date: ["2013-12-29", "2013-12-30"], kwh: [500, 510], coverage: [1, 1] },
  hourly: { starts_at: [ended - 2 * HOUR_MS, ended - HOUR_MS], kwh: [20, 21] },
  forecast: {
    starts_at: [ended, ended + HOUR_MS],
    mean: [20, 20],
    q10: [15, 15],
    q25: [18, 18],
    q75: [22, 22],
    q90: [25, 25],
    note: "",
  },
  attention: [
    {
      kind: "failed_import",
      severity: "danger",
      title: "Import 4 failed",
      detail: "No time column was found.",
      link: "/imports/4",
    },
  ],
  movers: [{ consumer: { id: 3, key: "home-3", name: "3 Mill Street" }, change: 0.52, kwh: 90, previous_kwh: 60 }],
  heatmap: Array.from({ length: 7 }, () => Array(24).fill(10)),
};

export const clusteringRun: ClusteringRunDetail = {
  id: 5,
  organization: 1,
  created_at: ENDED_AT,
  is_current: true,
  k: 2,
  silhouette: 0.38,
  silhouette_by_k: { "2": 0.38, "3": 0.29 },
  attributes: ["heating"],
  notes: ["Only two details are known; clusters are coarse."],
  clusters: [
    {
      ...cluster,
      sentence: "Heating is mostly by heat pump.",
      size: 1,
      distinctions: [distinction],
      load_curve_kw: Array(24).fill(1),
      members_kwh_mean: 5410,
    },
  ],
  points: [{ consumer_id: 3, key: "home-3", name: "3 Mill Street", cluster_id: 11, x: 0, y: 0, silhouette: 0.5 }],
};

export const model: Model = {
  id: 1,
  organization: 1,
  created_at: ENDED_AT,
  is_champion: true,
  forecaster: "lightgbm_global",
  trained_from: "2013-01-01T00:00:00Z",
  trained_until: ENDED_AT,
  resolution: "PT30M",
  horizon_steps: 96,
  parameters: {},
  data_sha256: "abcdef0123456789",
  reason: "lightgbm_global had less error than seasonal_naive.",
  scores: [
    {
      forecaster: "seasonal_naive",
      origins: 28,
      meters: 76,
      mase: 1,
      wape: 0.5,
      wql: 0.35,
      coverage_80: 0.79,
      mase_by_horizon: [1, 1],
    },
    {
      forecaster: "lightgbm_global",
      origins: 28,
      meters: 76,
      mase: 0.75,
      wape: 0.38,
      wql: 0.28,
      coverage_80: 0.81,
      mase_by_horizon: [0.7, 0.8],
    },
  ],
  artefact_bytes: 244000,
};
