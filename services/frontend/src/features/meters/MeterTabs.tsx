import { Tabs } from "@base-ui/react/tabs";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Meter } from "@/api";
import type { Extent } from "@/lib/range";
import { DataTab } from "./DataTab";
import { DistributionTab } from "./DistributionTab";
import { ForecastTab } from "./ForecastTab";
import { PatternTab } from "./PatternTab";
import { METER_TABS, type MeterTab } from "./search";
import { WeatherTab } from "./WeatherTab";

export interface TabProps {
  meter: Meter;
  extent: Extent;
}

const PANELS = {
  pattern: PatternTab,
  distribution: DistributionTab,
  weather: WeatherTab,
  forecast: ForecastTab,
  data: DataTab,
};

export function MeterTabs({ meter, extent }: TabProps) {
  const { t } = useTranslation("meters");
  const navigate = useNavigate();
  const { tab = "pattern" } = useSearch({ from: "/frame/meters/$meterId" });
  const Panel = PANELS[tab];
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next: MeterTab) =>
        void navigate({ to: ".", search: (old) => ({ ...old, tab: next }), replace: true, resetScroll: false })
      }
    >
      <Tabs.List aria-label={t("tabs.label")} className="mb-6 flex gap-1 overflow-x-auto border-b border-line-2">
        {METER_TABS.map((one) => (
          <Tabs.Tab
            key={one}
            value={one}
            className="-mb-px min-h-10 border-b-2 border-transparent px-3 text-ink-2 whitespace-nowrap hover:text-ink data-active:border-accent data-active:font-semibold data-active:text-ink"
          >
            {t(`tabs.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>
        <Panel meter={meter} extent={extent} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}
