import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api";
import { type Chart, TimeChart } from "@/charts/TimeChart";
import { formatPower } from "@/lib/format";
import { HOUR_MS } from "@/lib/time";
import { Section } from "@/ui/Page";

export function MainChart({ overview }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  const words = useMemo(
    () => ({
      measured: t("chart.measured"),
      forecast: t("chart.forecast"),
      band80: t("chart.band80"),
      band50: t("chart.band50"),
    }),
    [t],
  );
  const chart = useMemo(() => chartOf(overview, words), [overview, words]);
  return (
    <Section title={t("chart.title")} note={overview.forecast.note || undefined}>
      <TimeChart chart={chart} title={`${t("chart.title")}.`} unit={t("chart.power")} say={formatPower} height={320} />
    </Section>
  );
}

type Words = Record<"measured" | "forecast" | "band80" | "band50", string>;

/** Two periods on one axis: what was measured by the hour, then the forecast at its own resolution, both in kW. */
function chartOf({ hourly, forecast, timezone }: Overview, words: Words): Chart {
  const step = (forecast.starts_at[1] ?? 0) - (forecast.starts_at[0] ?? 0) || HOUR_MS;
  const lastMeasured = hourly.starts_at.at(-1) ?? 0;
  const first = forecast.starts_at.findIndex((start) => start > lastMeasured);
  const coming = (values: number[]) => (first < 0 ? [] : values.slice(first).map((kwh) => kwh / (step / HOUR_MS)));
  const times = first < 0 ? [] : forecast.starts_at.slice(first);
  const before = hourly.starts_at.map(() => null);
  const starts = [...hourly.starts_at, ...times];
  const ends = [...hourly.starts_at.map((start) => start + HOUR_MS), ...times.map((start) => start + step)];
  return {
    zone: timezone,
    start: starts[0] ?? 0,
    end: ends.at(-1) ?? 0,
    starts,
    ends,
    series: [
      { label: words.measured, hue: "use", kind: "steps", values: [...hourly.kwh, ...times.map(() => null)] },
      {
        label: words.forecast,
        hue: "forecast",
        kind: "line",
        values: [...before, ...coming(forecast.mean)],
        dash: true,
      },
    ],
    bands: [
      {
        label: words.band80,
        hue: "forecast",
        strength: 0.2,
        low: [...before, ...coming(forecast.q10)],
        high: [...before, ...coming(forecast.q90)],
      },
      {
        label: words.band50,
        hue: "forecast",
        strength: 0.3,
        low: [...before, ...coming(forecast.q25)],
        high: [...before, ...coming(forecast.q75)],
      },
    ],
  };
}
