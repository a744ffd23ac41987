import type { Recipe } from "./types";

export const KINDS = ["auto", "readings", "consumers"] as const;
export const MARKS = ["auto", "start", "end"] as const;
export const MEASURES = ["auto", "interval", "register", "power", "instant"] as const;
export const DATE_ORDERS = ["auto", "day_first", "month_first"] as const;
export const DECIMAL_SIGNS = ["auto", "point", "comma"] as const;
export const NEGATIVES = ["reject", "export"] as const;
export const RULES = ["last", "first", "sum", "reject"] as const;
export const COLUMNS = ["consumer_column", "meter_column", "time_column", "value_column"] as const;
export const RESOLUTIONS = ["PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT1H", "P1D"] as const;
export const QUANTITIES = [
  "electricity_import",
  "electricity_export",
  "gas",
  "heat",
  "water",
  "temperature",
  "price",
  "carbon_intensity",
] as const;

const isOpen = (value: unknown) =>
  value === undefined || value === "" || value === "auto" || value === false || (Array.isArray(value) && !value.length);

/** Only what a person stated; the rest is left for Wattwise to find out. */
export function stated(recipe: Recipe): Recipe {
  return Object.fromEntries(Object.entries(recipe).filter(([, value]) => !isOpen(value)));
}

/** The settings of `recipe` that `other` has otherwise. */
export function differences(recipe: Recipe, other: Recipe): Recipe {
  const theirs = other as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(recipe).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(theirs[key])),
  );
}
