import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api";
import type { Hue } from "@/charts/colours";
import { Spark } from "@/charts/Spark";
import {
  changeWord,
  formatClock,
  formatCount,
  formatEnergy,
  formatPercent,
  formatWeekday,
  type Measure,
  measureEnergy,
  measurePower,
  zoneName,
} from "@/lib/format";

export function Numbers({ overview }: { overview: Overview }) {
  return (
    <div className="grid grid-cols-2 gap-y-8 xl:grid-cols-4">
      <MonthSoFar overview={overview} />
      <MonthEnd overview={overview} />
      <Peak overview={overview} />
      <Health overview={overview} />
    </div>
  );
}

interface NumberProps {
  title: string;
  measure: Measure | null;
  note: ReactNode;
  spark?: (number | null)[];
  hue?: Hue;
  to: LinkProps["to"];
}

function Figure({ title, measure, note, spark, hue, to }: NumberProps) {
  return (
    <Link
      to={to}
      className="group block min-w-0 border-l border-line px-4 sm:px-5 xl:first:border-l-0 xl:first:pl-0 max-xl:odd:border-l-0 max-xl:odd:pl-0"
    >
      <p className="truncate text-13 text-ink-2 group-hover:text-ink">{title}</p>
      <p className="mt-1 text-28 font-semibold tracking-[-0.02em] sm:text-40">
        {measure ? measure.number : "–"}
        {measure && <span className="ml-1.5 text-16 font-normal tracking-normal text-ink-3">{measure.unit}</span>}
      </p>
      <p className="mt-1 text-13 text-ink-2">{note}</p>
      <div className="mt-3 h-6">{spark && <Spark values={spark} hue={hue} width={132} />}</div>
    </Link>
  );
}

function MonthSoFar({ overview: { month, daily } }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  const change = month?.change ?? null;
  const note =
    month && change !== null
      ? t(`month.${changeWord(change)}`, { share: formatPercent(Math.abs(change)), label: month.previous_label })
      : t("month.none");
  const title = month ? month.label.charAt(0).toUpperCase() + month.label.slice(1) : "";
  return (
    <Figure
      title={title}
      measure={month ? measureEnergy(month.kwh) : null}
      note={note}
      spark={completeDays(daily).kwh}
      to="/consumers"
    />
  );
}

function MonthEnd({ overview: { forecast_month_end: end, forecast } }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  const note = end
    ? t("end.range", { low: formatEnergy(end.low_kwh), high: formatEnergy(end.high_kwh) })
    : t("end.none");
  return (
    <Figure
      title={t("end.title")}
      measure={end ? measureEnergy(end.kwh) : null}
      note={note}
      spark={forecast.mean}
      hue="forecast"
      to="/forecasts"
    />
  );
}

function Peak({ overview: { peak_yesterday: peak, timezone, hourly } }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  if (!peak) return <Figure title={t("peak.fallback")} measure={null} note={t("peak.none")} to="/consumers" />;
  const at = Date.parse(peak.at);
  return (
    <Figure
      title={t("peak.title", { day: formatWeekday(at, timezone) })}
      measure={measurePower(peak.kw)}
      note={t("peak.at", { clock: formatClock(at, timezone), zone: zoneName(at, timezone) })}
      spark={hourly.kwh.slice(-24)}
      to="/consumers"
    />
  );
}

function Health({ overview: { data_health: health, daily } }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  const count = (key: "health.meters" | "health.silent" | "health.rejected", number: number) =>
    t(key, { count: number, formatted: formatCount(number) });
  const parts = [
    t("health.of30"),
    count("health.meters", health.meters),
    ...(health.silent_meters ? [count("health.silent", health.silent_meters)] : []),
    ...(health.rejected_rows_30_days ? [count("health.rejected", health.rejected_rows_30_days)] : []),
  ];
  const coverage = health.coverage_30_days;
  return (
    <Figure
      title={t("health.title")}
      // Rounded down: 99.99 % is not all of it.
      measure={coverage === null ? null : { number: (Math.floor(coverage * 1000) / 10).toLocaleString(), unit: "%" }}
      note={parts.join(" · ")}
      spark={completeDays(daily).coverage}
      hue="muted"
      to="/sources"
    />
  );
}

/** The last 30 days without one that is still going on, which would look like a collapse. */
function completeDays({ kwh, coverage }: Overview["daily"]) {
  const end = (coverage.at(-1) ?? 1) < 0.9 ? -1 : undefined;
  return { kwh: kwh.slice(-31, end), coverage: coverage.slice(-31, end) };
}
