import type { Import, Job, Services } from "@/api";
import { ENDED_AT } from "./data";

export const imported: Import = {
  id: 4,
  organization: 1,
  kind: "readings",
  source: { id: 1, name: "Files", kind: "files" } as unknown as Import["source"],
  created_at: ENDED_AT,
  created_by: "Alice",
  finished_at: ENDED_AT,
  files: [{ number: 0, name: "readings.csv", bytes: 1200 }],
  recipe: {},
  stage: "import",
  preview: null,
  undone_at: null,
  job: { id: "j-4", state: "succeeded", progress: 1, message: "Imported.", error: "" },
  receipt: {
    kind: "readings",
    read: 1000,
    stored: 990,
    unchanged: 0,
    corrected: 3,
    duplicate: 5,
    rejected: 2,
    skipped: 0,
    consumers: 1,
    meters: 1,
    first_reading_at: "2013-01-01T00:00:00Z",
    last_reading_at: ENDED_AT,
    totals: { kWh: 624032.126 },
    seconds: 2.4,
    interpretation: ["Stamps are in UTC."],
    warnings: [],
  },
};

export const deadJob: Job = {
  id: "j-9",
  organization: 1,
  kind: "roll_up",
  state: "dead",
  scope: {},
  attempts: 8,
  max_attempts: 8,
  progress: 0.4,
  message: "",
  error: "Its worker vanished.",
  result: {},
  created_at: ENDED_AT,
  run_after: ENDED_AT,
};

const names = [
  "frontend",
  "backend",
  "database",
  "scheduler",
  "redis",
  "consumption",
  "aggregation",
  "clustering",
  "forecasting",
] as const;
export const services: Services = {
  services: names.map((service) => ({
    service,
    state: service === "clustering" ? "silent" : "running",
    since: ENDED_AT,
    version: "0.1.0",
    last_seen_at: ENDED_AT,
    detail: "",
  })),
  queues: [{ queue: "aggregation", length: 3, history: [] }],
  jobs: { waiting: 0, queued: 0, running: 0, dead: 1 },
};
