import type { Import, ImportKindEnum, Meter, Receipt, RejectedRow } from "@/api";

/** The contract's recipes and previews (packages/contract), as their JSON. */
export type Quantity = Meter["quantity"];

export interface CalorificValue {
  valid_from: string | null;
  mj_per_m3: number;
  volume_correction: number;
}

/** How to read files; what is left out or empty, Wattwise finds out. */
export interface Recipe {
  kind?: "auto" | ImportKindEnum;
  consumer_column?: string;
  meter_column?: string;
  time_column?: string;
  value_column?: string;
  quantity?: Quantity;
  unit?: string;
  timezone?: string;
  stamps_in?: string;
  stamp_marks?: "auto" | "start" | "end";
  measure?: "auto" | "interval" | "register" | "power" | "instant";
  date_order?: "auto" | "day_first" | "month_first";
  decimal_sign?: "auto" | "point" | "comma";
  negative_values?: "reject" | "export";
  calorific_values?: CalorificValue[];
  resolution?: string;
  table?: string;
  duplicates?: "last" | "first" | "sum" | "reject";
  create_consumers?: boolean;
}

export interface PreviewedFile {
  name: string;
  format: string;
  refused: string;
  rows: number;
}

export interface PreviewedReading {
  meter_key: string;
  quantity: Quantity;
  starts_at: string;
  local_time: string;
  value: number;
  unit: string;
  quality: number;
  file: string;
  line: number;
}

export interface PreviewedDay {
  day: string;
  quantity: Quantity;
  value: number;
  readings: number;
}

export interface PreviewedMeter {
  meter_key: string;
  consumer_key: string;
  quantity: Quantity;
  resolution: string;
  readings: number;
  total: number;
  first_at: string;
  last_at: string;
}

export const EVENT_KINDS = ["gap", "overlap", "reset", "rollover", "meter_swap", "glitch", "spike", "stuck"] as const;

export interface SeriesEvent {
  meter_key: string;
  quantity: Quantity;
  kind: (typeof EVENT_KINDS)[number];
  starts_at: string;
  ends_at: string | null;
  text: string;
}

export interface Interpretation {
  recipe: Recipe;
  label: string;
  because: string;
  kind: "auto" | ImportKindEnum;
  read: number;
  readings_count: number;
  duplicate: number;
  rejected: number;
  consumers: number;
  meters_count: number;
  meters: PreviewedMeter[];
  readings: PreviewedReading[];
  days: PreviewedDay[];
  rejected_rows: RejectedRow[];
  totals: Record<string, number>;
  first_reading_at: string | null;
  last_reading_at: string | null;
  findings: string[];
  warnings: string[];
  events: SeriesEvent[];
}

export interface Preview {
  files: PreviewedFile[];
  interpretations: Interpretation[];
  is_sample: boolean;
  columns: string[];
}

export interface Correction {
  meter: number;
  meter_key: string;
  starts_at: string;
  old_value: number;
  /** None where the reading is not there any more. */
  new_value: number | null;
  unit: string;
}

export type ReceiptWithEvents = Omit<Receipt, "events" | "events_count"> & {
  events?: SeriesEvent[];
  events_count?: Record<string, number>;
};

/** An import with what its preview and its undoing add. */
export type Run = Omit<Import, "recipe" | "receipt" | "stage" | "preview" | "undone_at"> & {
  recipe: Recipe;
  receipt: ReceiptWithEvents | null;
  stage?: "preview" | "import" | "undo";
  preview?: Preview | null;
  undone_at?: string | null;
};
