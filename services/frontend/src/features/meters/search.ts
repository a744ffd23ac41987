export const METER_TABS = ["pattern", "distribution", "weather", "forecast", "data"] as const;
export type MeterTab = (typeof METER_TABS)[number];

export const GRAINS = ["reading", "hour", "day", "week", "month", "year"] as const;
export type Grain = (typeof GRAINS)[number];

export const SEASONS = ["year", "winter", "spring", "summer", "autumn"] as const;
export type Season = (typeof SEASONS)[number];

export interface MeterSearch {
  tab?: MeterTab;
  /** What the chart shows, where somebody chose it; else what fits its width. */
  grain?: Grain;
  compare?: "previous";
  /** Of the typical day; else the whole year's. */
  season?: Season;
}

export function parseMeterSearch(search: Record<string, unknown>): MeterSearch {
  return {
    tab: METER_TABS.find((tab) => tab === search.tab),
    grain: GRAINS.find((grain) => grain === search.grain),
    season: SEASONS.find((season) => season === search.season),
    compare: search.compare === "previous" ? "previous" : undefined,
  };
}
