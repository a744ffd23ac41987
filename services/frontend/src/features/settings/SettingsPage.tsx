import { Tabs } from "@base-ui/react/tabs";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/ui/Page";
import { AccountTab } from "./AccountTab";
import { AppearanceTab } from "./AppearanceTab";
import { MembersTab } from "./MembersTab";
import { OrganizationTab } from "./OrganizationTab";
import { SETTINGS_TABS, type SettingsTab } from "./search";
import { TokensTab } from "./TokensTab";

const PANELS = {
  organization: OrganizationTab,
  members: MembersTab,
  tokens: TokensTab,
  appearance: AppearanceTab,
  account: AccountTab,
};

export function SettingsPage() {
  const { t } = useTranslation("settings");
  const navigate = useNavigate();
  const { tab = "organization" } = useSearch({ from: "/frame/settings" });
  const Panel = PANELS[tab];
  return (
    <Page title={t("title")}>
      <Tabs.Root
        value={tab}
        onValueChange={(next: SettingsTab) =>
          void navigate({ to: "/settings", search: (old) => ({ ...old, tab: next }), replace: true })
        }
      >
        <Tabs.List aria-label={t("tabs.label")} className="mb-8 flex gap-1 overflow-x-auto border-b border-line-2">
          {SETTINGS_TABS.map((one) => (
            <Tabs.Tab
              key={one}
              value={one}
              className="-mb-px min-h-10 border-b-2 border-transparent px-3 text-ink-2 whitespace-nowrap hover:text-ink data-active:border-accent data-active:font-semibold data-active:text-ink"
            >
              {t(`tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className="max-w-3xl">
          <Panel />
        </Tabs.Panel>
      </Tabs.Root>
    </Page>
  );
}
