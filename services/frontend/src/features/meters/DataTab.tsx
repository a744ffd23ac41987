import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { HealthOfMeter } from "@/api";
import { metersHealthRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { formatCount, formatValue } from "@/lib/format";
import { zoomTo } from "@/lib/range";
import { DAY_MS, durationMs } from "@/lib/time";
import { Button, buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { useRange } from "@/ui/RangeBar";
import { Empty, Skeleton } from "@/ui/State";
import { pixelsFor } from "./chart";
import { Calendar } from "./health/Calendar";
import { Stretches } from "./health/Stretches";
import { Words } from "./health/Words";
import type { TabProps } from "./MeterTabs";

export function DataTab(props: TabProps) {
  const { t } = useTranslation("meters");
  const { range, show } = useRange(props.extent);
  const query = spanOf(range.start, range.end);
  const health = useQuery({
    ...metersHealthRetrieveOptions({ path: { meterId: props.meter.id }, query }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  return (
    <div className="space-y-10">
      <Query of={health} loading={<Loading />}>
        {(data) =>
          data.starts_at === null ? (
            <Empty
              title={t("data.nothing")}
              action={
                <Button onClick={() => show({ range: "all", at: undefined, from: undefined, to: undefined })}>
                  {t("data.showAll")}
                </Button>
              }
            >
              {t("data.nothingBody")}
            </Empty>
          ) : (
            <Health {...props} health={data} isStale={health.isPlaceholderData} />
          )
        }
      </Query>
      <Export {...props} />
    </div>
  );
}

const spanOf = (start: number, end: number) => ({
  start: new Date(start).toISOString(),
  end: new Date(end).toISOString(),
});

function Loading() {
  const { t } = useTranslation("ui");
  return (
    <div className="grid gap-12 lg:grid-cols-[2fr_3fr]">
      <Skeleton className="h-40" label={t("loading")} />
      <Skeleton className="h-60" />
    </div>
  );
}

interface HealthProps extends TabProps {
  health: HealthOfMeter;
  isStale: boolean;
}

function Health({ meter, extent, health, isStale }: HealthProps) {
  const { t } = useTranslation("meters");
  const { show } = useRange(extent);
  const { completeness, gaps, stuck, timezone: zone } = health;

  /** With as much around it, so that one sees what it interrupts. */
  function showStretch(start: number, end: number) {
    const around = Math.min(Math.max((end - start) / 2, 6 * durationMs(meter.resolution)), 30 * DAY_MS);
    show(zoomTo(start - around, end + around));
    lookAtChart();
  }
  return (
    <div
      aria-busy={isStale}
      className={`grid gap-x-12 gap-y-10 transition-opacity lg:grid-cols-[2fr_3fr] ${isStale ? "opacity-60" : ""}`}
    >
      <div className="min-w-0 space-y-10">
        <Section title={t("data.health")} note={t("data.healthNote")}>
          <Words meter={meter} health={health} />
        </Section>
        <Section title={t("data.gaps")} note={gaps.count > 0 && t("data.stretchNote")}>
          <Stretches
            stretches={gaps.longest}
            count={gaps.count}
            zone={zone}
            none={t("health.noGaps")}
            remark={({ missing }) => t("health.gapMissing", { count: missing, formatted: formatCount(missing) })}
            onShow={showStretch}
          />
        </Section>
        <Section title={t("data.stuck")} note={stuck && stuck.count > 0 && t("data.stretchNote")}>
          <Stretches
            stretches={stuck?.longest ?? []}
            count={stuck?.count ?? 0}
            zone={zone}
            none={t(stuck ? "health.noStuck" : "health.neverStuck")}
            remark={({ value }) => t("health.stuckOn", { value: formatValue(value, meter.unit) })}
            onShow={showStretch}
          />
        </Section>
      </div>
      {completeness && (
        <Section title={t("data.complete")} note={t("data.completeNote")}>
          <Calendar
            dates={completeness.dates}
            coverage={completeness.coverage}
            onDay={(at) => {
              show({ range: "day", at, from: undefined, to: undefined });
              lookAtChart();
            }}
          />
        </Section>
      )}
    </div>
  );
}

/** The chart is above what was chosen. */
function lookAtChart() {
  document.getElementById("explorer")?.scrollIntoView({ block: "start" });
}

function Export({ meter, extent }: TabProps) {
  const { t } = useTranslation("meters");
  const { range } = useRange(extent);
  const { grain } = useSearch({ from: "/frame/meters/$meterId" });
  const span = spanOf(range.start, range.end);
  const shown = new URLSearchParams({ meter: String(meter.id), ...span });
  const pixels = String(pixelsFor(range.end - range.start));
  const chart = new URLSearchParams({ meter: String(meter.id), ...span, pixels, ...(grain && { grain }) });
  return (
    <Section title={t("data.export")}>
      <p className="mb-3 text-ink-2">{t("data.exportNote")}</p>
      <div className="flex flex-wrap gap-2">
        <Download href={`/data/readings/?${shown}&format=csv`}>{t("data.csv")}</Download>
        <Download href={`/data/readings/?${shown}&format=parquet`}>{t("data.parquet")}</Download>
        <Download href={`/data/readings/?meter=${meter.id}&format=csv`}>{t("data.whole")}</Download>
        <Download href={`/api/series/file/?${chart}&format=xlsx`}>{t("data.chart")}</Download>
      </div>
    </Section>
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
