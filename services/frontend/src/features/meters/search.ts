export const METER_TABS = ["pattern", "distribution", "forecast", "data"] as const;
export type MeterTab = (typeof METER_TABS)[number];

export interface MeterSearch {
  tab?: MeterTab;
  compare?: "previous";
}

export function parseMeterSearch(search: Record<string, unknown>): MeterSearch {
  return {
    tab: METER_TABS.find((tab) => tab === search.tab),
    compare: search.compare === "previous" ? "previous" : undefined,
  };
}
