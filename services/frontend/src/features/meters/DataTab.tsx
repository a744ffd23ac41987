import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Series } from "@/api";
import { metersSeriesRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { formatPercent, formatWeekday } from "@/lib/format";
import { DAY_MS, localDate } from "@/lib/time";
import { buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { useRange } from "@/ui/RangeBar";
import { Skeleton } from "@/ui/State";
import { pixelsFor } from "./chart";
import type { TabProps } from "./MeterTabs";

export function DataTab({ meter, extent }: TabProps) {
  const { t } = useTranslation("meters");
  const { range } = useRange(extent);
  const span = { start: new Date(range.start).toISOString(), end: new Date(range.end).toISOString() };
  const days = useQuery(metersSeriesRetrieveOptions({ path: { meterId: meter.id }, query: { ...span, grain: "day" } }));
  const shown = new URLSearchParams({ meter: String(meter.id), ...span });
  const { grain } = useSearch({ from: "/frame/meters/$meterId" });
  const pixels = String(pixelsFor(range.end - range.start));
  const chart = new URLSearchParams({ meter: String(meter.id), ...span, pixels, ...(grain && { grain }) });
  return (
    <div className="grid gap-12 lg:grid-cols-[2fr_1fr]">
      <Section title={t("data.complete")} note={t("data.completeNote")}>
        <Query of={days} loading={<Skeleton className="h-40" />}>
          {(series) => (
            <Calendar series={series} start={range.start} end={Math.min(range.end, extent.dataEnd ?? range.end)} />
          )}
        </Query>
      </Section>
      <Section title={t("data.export")}>
        <p className="mb-3 text-ink-2">{t("data.exportNote")}</p>
        <div className="flex flex-wrap gap-2">
          <Download href={`/data/readings/?${shown}&format=csv`}>{t("data.csv")}</Download>
          <Download href={`/data/readings/?${shown}&format=parquet`}>{t("data.parquet")}</Download>
          <Download href={`/data/readings/?meter=${meter.id}&format=csv`}>{t("data.whole")}</Download>
          <Download href={`/api/series/file/?${chart}&format=xlsx`}>{t("data.chart")}</Download>
        </div>
      </Section>
    </div>
  );
}

function Download({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} download className={buttonClass("quiet")}>
      <Icon name="download" size={16} />
      {children}
    </a>
  );
}

/** One square a day: full where complete, a hollow one where nothing came. */
function Calendar({ series, start, end }: { series: Series; start: number; end: number }) {
  const { t } = useTranslation("meters");
  const zone = series.timezone;
  const coverage = new Map(
    series.starts_at.map((moment, index) => [localDate(moment, zone).toString(), series.coverage[index] ?? 0]),
  );
  // Noon of each day: a step of 24 hours then never skips a local date.
  const count = Math.max(1, Math.round((end - start) / DAY_MS));
  const days = Array.from({ length: Math.min(count, 1500) }, (_, index) => start + DAY_MS / 2 + index * DAY_MS);
  return (
    <ol className="flex flex-wrap gap-1">
      {days.map((noon) => {
        const share = coverage.get(localDate(noon, zone).toString());
        const day = formatWeekday(noon, zone);
        const words = share
          ? t("data.day", { day, share: formatPercent(Math.floor(share * 1000) / 1000, 1) })
          : t("data.missing", { day });
        return (
          <li
            key={noon}
            title={words}
            className={`size-4 rounded-[3px] ${share ? "" : "border border-dashed border-ink-3"}`}
            style={share ? { background: shade(share) } : undefined}
          >
            <span className="sr-only">{words}</span>
          </li>
        );
      })}
    </ol>
  );
}

const shade = (share: number) =>
  share >= 0.999 ? "var(--use)" : `color-mix(in oklab, var(--use) ${25 + share * 45}%, var(--warning-soft))`;
