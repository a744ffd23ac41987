import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Meter, MeterForecast } from "@/api";
import { metersForecastRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { type Chart, TimeChart } from "@/charts/TimeChart";
import { formatEnergy, formatMoment, formatPower, formatValue, zoneName } from "@/lib/format";
import { HOUR_MS } from "@/lib/time";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Empty, Skeleton } from "@/ui/State";
import type { TabProps } from "./MeterTabs";

export function ForecastTab({ meter }: TabProps) {
  const { t } = useTranslation("meters");
  const forecast = useQuery({
    ...metersForecastRetrieveOptions({ path: { meterId: meter.id } }),
    // One that is being made appears by itself.
    refetchInterval: ({ state }) => (state.data?.status === "none" ? 4_000 : 120_000),
  });
  return (
    <Query of={forecast} loading={<Skeleton className="h-64" />}>
      {(data) =>
        data.starts_at.length === 0 ? (
          <Empty title={data.status === "refused" ? t("forecast.refused") : t("forecast.none")}>
            {data.reason || t("forecast.noneBody")}
          </Empty>
        ) : (
          <Fan meter={meter} forecast={data} />
        )
      }
    </Query>
  );
}

export function useForecasterName(): (name: string) => string {
  const { t } = useTranslation("meters");
  return (name) =>
    name === "seasonal_naive" || name === "lightgbm_global" ? t(`forecast.names.${name}`) : name.replaceAll("_", " ");
}

function Fan({ meter, forecast }: { meter: Meter; forecast: MeterForecast }) {
  const { t } = useTranslation("meters");
  const nameOf = useForecasterName();
  const power = forecast.unit === "kWh";
  const labels = useMemo(
    () => ({ mean: t("explorer.forecast"), b80: t("explorer.band80"), b50: t("explorer.band50") }),
    [t],
  );
  const chart = useMemo(() => fanChart(forecast, labels), [forecast, labels]);
  const first = forecast.starts_at[0] ?? 0;
  const last = forecast.ends_at.at(-1) ?? first;
  const moment = (ms: number) => `${formatMoment(ms, meter.timezone)} ${zoneName(ms, meter.timezone)}`;
  const sum = (values: number[]) => formatEnergy(values.reduce((total, value) => total + value, 0));
  const issued = forecast.run ? moment(Date.parse(forecast.run.issued_at)) : "";
  const basis =
    forecast.basis === "historical" ? t("forecast.historical", { moment: moment(first) }) : t("forecast.live");
  const by =
    forecast.status === "fallback"
      ? t("forecast.fallback", { forecaster: nameOf(forecast.forecaster), reason: forecast.reason })
      : t("forecast.by", { forecaster: nameOf(forecast.forecaster), moment: issued });
  return (
    <Section title={t("forecast.title", { hours: Math.round((last - first) / HOUR_MS) })}>
      <p className="measure mb-3 text-ink-2">
        {basis} {by}
        {power &&
          ` ${t("forecast.total", { energy: sum(forecast.mean), low: sum(forecast.q10), high: sum(forecast.q90) })}.`}
      </p>
      <TimeChart
        chart={chart}
        title={t("explorer.forecast")}
        unit={power ? t("explorer.power") : forecast.unit}
        say={(value) => (power ? formatPower(value) : formatValue(value, forecast.unit))}
        height={260}
      />
    </Section>
  );
}

function fanChart(forecast: MeterForecast, labels: Record<"mean" | "b80" | "b50", string>): Chart {
  const scaled = (values: number[]) =>
    values.map(
      (value, index) =>
        value *
        (forecast.unit === "kWh" ? HOUR_MS / ((forecast.ends_at[index] ?? 1) - (forecast.starts_at[index] ?? 0)) : 1),
    );
  return {
    zone: forecast.timezone,
    start: forecast.starts_at[0] ?? 0,
    end: forecast.ends_at.at(-1) ?? 0,
    starts: forecast.starts_at,
    ends: forecast.ends_at,
    series: [{ label: labels.mean, hue: "forecast", kind: "line", values: scaled(forecast.mean) }],
    bands: [
      { label: labels.b80, hue: "forecast", strength: 0.2, low: scaled(forecast.q10), high: scaled(forecast.q90) },
      { label: labels.b50, hue: "forecast", strength: 0.3, low: scaled(forecast.q25), high: scaled(forecast.q75) },
    ],
  };
}
