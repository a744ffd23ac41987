import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { metersSeriesRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { hueOfQuantity } from "@/charts/colours";
import { type Chart, TimeChart } from "@/charts/TimeChart";
import { formatPercent, formatValue } from "@/lib/format";
import { zoomTo } from "@/lib/range";
import { Query } from "@/ui/Query";
import { useRange } from "@/ui/RangeBar";
import { Skeleton } from "@/ui/State";
import type { TabProps } from "./MeterTabs";

export function MonthBars({ meter, extent }: TabProps) {
  const { t } = useTranslation(["meters", "ui"]);
  const { show } = useRange(extent);
  const months = useQuery({
    ...metersSeriesRetrieveOptions({ path: { meterId: meter.id }, query: { grain: "month" } }),
    staleTime: 120_000,
    refetchInterval: ({ state }) => (state.data?.value.length === 0 ? 4_000 : false),
  });
  const { data } = months;
  const chart = useMemo((): Chart | null => {
    if (!data) return null;
    const adds = data.unit === "kWh" || data.unit === "m³";
    return {
      zone: meter.timezone,
      start: data.starts_at[0] ?? 0,
      end: data.ends_at.at(-1) ?? 1,
      starts: data.starts_at,
      ends: data.ends_at,
      fromZero: adds,
      series: [
        {
          label: t("explorer.measured"),
          hue: hueOfQuantity(meter.quantity),
          kind: adds ? "bars" : "steps",
          values: data.value,
        },
      ],
    };
  }, [data, meter, t]);
  return (
    <Query of={months} loading={<Skeleton className="h-56" />}>
      {(series) =>
        chart && (
          <TimeChart
            chart={chart}
            height={220}
            title={t("pattern.monthsTitle")}
            unit={t("explorer.energy.month", { unit: series.unit })}
            say={(value) => formatValue(value, series.unit)}
            remark={(interval) =>
              t("ui:chart.coverage", {
                share: formatPercent(Math.floor((series.coverage[interval] ?? 0) * 1000) / 1000, 1),
              })
            }
            onZoom={(from, to) => show(zoomTo(from, to))}
          />
        )
      }
    </Query>
  );
}
