export const SETTINGS_TABS = ["organization", "members", "tokens", "appearance", "account"] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export function parseSettingsSearch(search: Record<string, unknown>): { tab?: SettingsTab } {
  return { tab: SETTINGS_TABS.find((tab) => tab === search.tab) };
}
