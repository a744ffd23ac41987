import type { Interpretation, Run } from "@/features/imports/types";
import { imported } from "./work";

/** Two days of half-hours whose dates can be read in two ways. */
const dayFirst: Interpretation = {
  recipe: {
    kind: "readings",
    time_column: "start",
    value_column: "kWh",
    meter_column: "home",
    quantity: "electricity_import",
    unit: "kWh",
    timezone: "Europe/London",
    stamps_in: "Europe/London",
    stamp_marks: "start",
    measure: "interval",
    date_order: "day_first",
    decimal_sign: "point",
  },
  label: "Day first: 03/04 is 3 April",
  because: "So the days follow each other.",
  kind: "readings",
  read: 97,
  readings_count: 96,
  duplicate: 0,
  rejected: 1,
  consumers: 0,
  meters_count: 1,
  meters: [
    {
      meter_key: "home-3",
      consumer_key: "home-3",
      quantity: "electricity_import",
      resolution: "PT30M",
      readings: 96,
      total: 48,
      first_at: "2026-04-02T23:00:00Z",
      last_at: "2026-04-04T22:30:00Z",
    },
  ],
  readings: [
    {
      meter_key: "home-3",
      quantity: "electricity_import",
      starts_at: "2026-04-02T23:00:00Z",
      local_time: "2026-04-03 00:00 BST",
      value: 0.5,
      unit: "kWh",
      quality: 0,
      file: "homes.csv",
      line: 2,
    },
  ],
  days: [
    { day: "2026-04-03", quantity: "electricity_import", value: 24, readings: 48 },
    { day: "2026-04-04", quantity: "electricity_import", value: 24, readings: 48 },
  ],
  rejected_rows: [
    {
      file: "homes.csv",
      line: 98,
      column: "kWh",
      value: "much",
      reason: "“much” is no number.",
      remedy: "Correct it in the file.",
    },
  ],
  totals: { kWh: 48 },
  first_reading_at: "2026-04-02T23:00:00Z",
  last_reading_at: "2026-04-04T22:30:00Z",
  findings: ["Each row is half an hour."],
  warnings: [],
  events: [
    {
      meter_key: "home-3",
      quantity: "electricity_import",
      kind: "gap",
      starts_at: "2026-04-03T10:00:00Z",
      ends_at: "2026-04-03T12:00:00Z",
      text: "No readings for two hours; they stay missing.",
    },
  ],
};

const monthFirst: Interpretation = {
  ...dayFirst,
  recipe: { ...dayFirst.recipe, date_order: "month_first" },
  label: "Month first: 03/04 is 4 March",
  because: "Both numbers could be months.",
  first_reading_at: "2026-03-04T00:00:00Z",
  last_reading_at: "2026-04-04T22:30:00Z",
  days: [
    { day: "2026-03-04", quantity: "electricity_import", value: 24, readings: 48 },
    { day: "2026-04-04", quantity: "electricity_import", value: 24, readings: 48 },
  ],
};

/** An import as the platform tells it once it is done. */
export const done = { ...imported, preview: null } as Run;

export const waiting: Run = {
  ...done,
  id: 5,
  stage: "preview",
  files: [
    { number: 0, name: "homes.csv", bytes: 3400 },
    { number: 1, name: "notes.docx", bytes: 9000 },
  ],
  finished_at: null,
  receipt: null,
  undone_at: null,
  recipe: {},
  job: { id: "j-5", state: "succeeded", progress: 1, message: "", error: "" },
  preview: {
    files: [
      { name: "homes.csv", format: "CSV", refused: "", rows: 97 },
      { name: "notes.docx", format: "", refused: "This is a text document. Export the table as CSV.", rows: 0 },
    ],
    interpretations: [dayFirst, monthFirst],
    is_sample: false,
    columns: ["home", "start", "kWh", "kVArh"],
  },
};

export const correction = {
  meter: 7,
  meter_key: "M7",
  starts_at: "2013-06-01T00:00:00Z",
  old_value: 0.4,
  new_value: 0.7,
  unit: "kWh",
};
