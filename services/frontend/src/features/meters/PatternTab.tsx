import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Heatmap, MeterProfile } from "@/api";
import { metersHeatmapRetrieveOptions, metersProfileRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { hueOfQuantity } from "@/charts/colours";
import { DayCurve, usePeakWords } from "@/charts/DayCurve";
import { HeatMap } from "@/charts/HeatMap";
import { formatCount, formatEnergy } from "@/lib/format";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { useRange } from "@/ui/RangeBar";
import { Skeleton } from "@/ui/State";
import type { TabProps } from "./MeterTabs";
import { MonthBars } from "./MonthBars";
import { ProfileFigures } from "./ProfileFigures";
import { SeasonDay } from "./SeasonDay";
import { WithProfile } from "./StoredProfile";
import { TypicalWeek } from "./TypicalWeek";

export function PatternTab({ meter, extent }: TabProps) {
  const { t } = useTranslation("meters");
  const { range } = useRange(extent);
  const query = { start: new Date(range.start).toISOString(), end: new Date(range.end).toISOString() };
  const path = { meterId: meter.id };
  const profile = useQuery({
    ...metersProfileRetrieveOptions({ path, query }),
    refetchInterval: ({ state }) => (state.data?.days === 0 ? 4_000 : false),
  });
  const heatmap = useQuery(metersHeatmapRetrieveOptions({ path, query }));
  const days = profile.data?.days;
  return (
    <div className="grid gap-x-12 gap-y-10 lg:grid-cols-2">
      <Section
        title={t("pattern.day")}
        note={days ? t("pattern.note", { count: days, formatted: formatCount(days) }) : undefined}
      >
        <Query of={profile} loading={<Skeleton className="h-56" />}>
          {(data) => <Day profile={data} />}
        </Query>
      </Section>
      <Section title={t("pattern.heat")} note={t("pattern.heatNote")}>
        <Query of={heatmap} loading={<Skeleton className="h-56" />}>
          {(data) => <Hours heatmap={data} />}
        </Query>
      </Section>
      <Section title={t("profile.week")} note={t("profile.lastYear")} className="lg:col-span-2">
        <WithProfile meter={meter}>
          {(found) => <TypicalWeek profile={found} hue={hueOfQuantity(meter.quantity)} />}
        </WithProfile>
      </Section>
      <Section title={t("profile.bySeason")} note={t("profile.lastYear")}>
        <WithProfile meter={meter}>{(found) => <SeasonDay profile={found} />}</WithProfile>
      </Section>
      <Section title={t("profile.figures")} note={t("profile.lastYear")}>
        <WithProfile meter={meter}>{(found) => <ProfileFigures profile={found} />}</WithProfile>
      </Section>
      <Section title={t("pattern.months")} className="lg:col-span-2">
        <MonthBars meter={meter} extent={extent} />
      </Section>
    </div>
  );
}

function Day({ profile: { weekday, weekend } }: { profile: MeterProfile }) {
  const { t } = useTranslation("meters");
  const peaks = { weekday: usePeakWords(weekday.mean_kw), weekend: usePeakWords(weekend.mean_kw) };
  const lines = [
    {
      label: t("pattern.weekday"),
      colour: "var(--use)",
      mean: weekday.mean_kw,
      low: weekday.p10_kw,
      high: weekday.p90_kw,
    },
    { label: t("pattern.weekend"), colour: "var(--comparison)", mean: weekend.mean_kw, dash: true },
  ];
  return (
    <>
      <DayCurve lines={lines} title={`${t("pattern.day")}: ${peaks.weekday}`} />
      <ul className="mt-2 space-y-1 text-13 text-ink-2">
        {(["weekday", "weekend"] as const).map((key) => (
          <li key={key} className="flex items-center gap-2">
            <svg width="20" height="6" aria-hidden="true">
              <line
                x2="20"
                y1="3"
                y2="3"
                strokeWidth="2"
                stroke={key === "weekday" ? "var(--use)" : "var(--comparison)"}
                strokeDasharray={key === "weekday" ? undefined : "5 4"}
              />
            </svg>
            <span className="font-medium text-ink">{t(`pattern.${key}`)}</span> {peaks[key]}
          </li>
        ))}
      </ul>
    </>
  );
}

function Hours({ heatmap }: { heatmap: Heatmap }) {
  const { t } = useTranslation("meters");
  const columns = useMemo(() => heatmap.kwh, [heatmap]);
  const clock = (row: number) => String(row).padStart(2, "0");
  const day = (column: number) => heatmap.dates[column] ?? "";
  return (
    <HeatMap
      columns={columns}
      height={220}
      title={t("pattern.heat")}
      say={(column, row, value) =>
        value === null
          ? t("pattern.gap", { day: day(column), hour: clock(row) })
          : t("pattern.cell", { day: day(column), hour: clock(row), energy: formatEnergy(value) })
      }
    />
  );
}
