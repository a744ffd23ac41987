export const METER_TABS = ["pattern", "distribution", "forecast", "data"] as const;
export type MeterTab = (typeof METER_TABS)[number];

export const GRAINS = ["reading", "hour", "day", "week", "month", "year"] as const;
export type Grain = (typeof GRAINS)[number];

export interface MeterSearch {
  tab?: MeterTab;
  /** What the chart shows, where somebody chose it; else what fits its width. */
  grain?: Grain;
  compare?: "previous";
}

export function parseMeterSearch(search: Record<string, unknown>): MeterSearch {
  return {
    tab: METER_TABS.find((tab) => tab === search.tab),
    grain: GRAINS.find((grain) => grain === search.grain),
    compare: search.compare === "previous" ? "previous" : undefined,
  };
}
