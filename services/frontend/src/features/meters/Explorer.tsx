import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Meter, Series } from "@/api";
import { metersForecastRetrieveOptions, metersSeriesRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { Brush } from "@/charts/Brush";
import { hueOfQuantity } from "@/charts/colours";
import { TimeChart } from "@/charts/TimeChart";
import {
  changeWord,
  formatAge,
  formatEnergy,
  formatMoment,
  formatPercent,
  formatPower,
  formatValue,
} from "@/lib/format";
import { type Extent, resolveRange, stepRange, zoomTo } from "@/lib/range";
import { useNow } from "@/lib/session";
import { HOUR_MS, toMs } from "@/lib/time";
import { CheckField } from "@/ui/Field";
import { Query } from "@/ui/Query";
import { useRange } from "@/ui/RangeBar";
import { Skeleton } from "@/ui/State";
import { addsUp, changeOf, explorerChart, forecastOf, grainsOf, type Previous, pixelsFor, showsPower } from "./chart";
import { GRAINS, type MeterSearch } from "./search";

function seriesOf(meter: Meter, start: number, end: number, grain?: Series["grain"]) {
  const query = {
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    pixels: pixelsFor(end - start),
    grain,
  };
  return metersSeriesRetrieveOptions({ path: { meterId: meter.id }, query });
}

export function Explorer({ meter, extent }: { meter: Meter; extent: Extent }) {
  const { range } = useRange(extent);
  const { grain } = useSearch({ from: "/frame/meters/$meterId" });
  const series = useQuery({
    ...seriesOf(meter, range.start, range.end, grain),
    placeholderData: keepPreviousData,
    // A file that is still being read or rolled up fills the chart by itself.
    refetchInterval: ({ state }) => (state.data?.value.length === 0 ? 4_000 : 60_000),
  });
  return (
    <>
      {series.data === undefined && <Choices meter={meter} />}
      <Query of={series} loading={<Skeleton className="h-[340px]" label="" />}>
        {(data) => <Drawn meter={meter} extent={extent} series={data} isStale={series.isPlaceholderData} />}
      </Query>
      <History meter={meter} extent={extent} />
    </>
  );
}

interface DrawnProps {
  meter: Meter;
  extent: Extent;
  series: Series;
  isStale: boolean;
}

function Drawn({ meter, extent, series, isStale }: DrawnProps) {
  const { t } = useTranslation(["meters", "ui"]);
  const { range, show, step, reset } = useRange(extent);
  const previous = usePrevious(meter, extent, series);
  const { data: forecast } = useQuery(metersForecastRetrieveOptions({ path: { meterId: meter.id } }));
  const { start, end } = range;
  const chart = useMemo(
    () =>
      explorerChart({
        meter,
        series,
        previous,
        forecast: forecastOf(series, forecast, end),
        start,
        end,
        words: {
          measured: t("explorer.measured"),
          previous: t("explorer.previous"),
          forecast: t("explorer.forecast"),
          band80: t("explorer.band80"),
          band50: t("explorer.band50"),
        },
      }),
    [meter, series, previous, forecast, start, end, t],
  );
  const power = showsPower(series);
  const grain = t(`explorer.grain.${series.grain}`);
  const unit = power ? t("explorer.power") : t(`explorer.energy.${series.grain}`, { unit: series.unit });
  function say(value: number, interval: number) {
    if (!power) return formatValue(value, series.unit);
    const hours = ((chart.ends[interval] ?? 0) - (chart.starts[interval] ?? 0)) / HOUR_MS;
    return `${formatEnergy(value * hours)} (${formatPower(value)})`;
  }
  function remark(interval: number) {
    const quality = series.quality[interval];
    if (series.grain === "reading" && (quality === 0 || quality === 1 || quality === 2 || quality === 3))
      return t(`ui:chart.quality.${quality}`);
    const coverage = series.coverage[interval];
    return coverage === undefined
      ? ""
      : t("ui:chart.coverage", { share: formatPercent(Math.floor(coverage * 1000) / 1000, 1) });
  }
  return (
    <div className={isStale ? "opacity-60 transition-opacity" : "transition-opacity"} aria-busy={isStale}>
      <div className="flex flex-wrap items-center justify-between gap-x-6">
        <Words meter={meter} series={series} previous={previous} grain={grain} />
        <Choices meter={meter} />
      </div>
      <TimeChart
        chart={chart}
        title={`${t("explorer.title")}, ${grain}.`}
        unit={unit}
        say={say}
        remark={remark}
        onZoom={(from, to) => show(zoomTo(from, to))}
        onReset={reset}
        onStep={step}
      />
    </div>
  );
}

function usePrevious(meter: Meter, extent: Extent, series: Series) {
  const { compare } = useSearch({ from: "/frame/meters/$meterId" });
  const { range } = useRange(extent);
  const search = useSearch({ from: "/frame/meters/$meterId" });
  const before = resolveRange({ ...search, ...stepRange(search, extent, -1) }, extent);
  const shift = range.start - before.start;
  const query = useQuery({
    ...seriesOf(meter, before.start, before.end, series.grain),
    enabled: compare === "previous",
  });
  return useMemo(
    () => (compare && query.data ? { series: query.data, shift } : undefined),
    [compare, query.data, shift],
  );
}

/** The chart in words: how much, against what, at which resolution and how fresh. */
function Words({
  meter,
  series,
  previous,
  grain,
}: {
  meter: Meter;
  series: Series;
  previous?: Previous;
  grain: string;
}) {
  const { t } = useTranslation("meters");
  const now = useNow();
  const sum = (one: Series) => one.value.reduce((total, value) => total + value, 0);
  const adds = addsUp(series.unit);
  const total = sum(series);
  const words =
    series.value.length === 0
      ? ""
      : adds
        ? t("explorer.total", { energy: formatValue(total, series.unit) })
        : t("explorer.mean", { value: formatValue(total / series.value.length, series.unit) });
  const change = previous && adds ? changeOf(series, previous) : null;
  const rolledUp = series.grain === "reading" ? null : toMs(series.rolled_up_at);
  return (
    <p className="text-ink-2">
      <span className="font-medium text-ink">{words}</span>
      {change !== null && (
        <span>, {t(`explorer.change.${changeWord(change)}`, { share: formatPercent(Math.abs(change)) })}</span>
      )}
      <span className="text-ink-3"> · {grain}</span>
      {rolledUp !== null && (
        <span className="text-ink-3" title={formatMoment(rolledUp, meter.timezone)}>
          , {t("explorer.rolledUp", { age: formatAge(rolledUp, now, meter.timezone) })}
        </span>
      )}
    </p>
  );
}

/** What the chart shows: each reading or a longer period, and beside what. */
function Choices({ meter }: { meter: Meter }) {
  const { t } = useTranslation("meters");
  const navigate = useNavigate();
  const { compare, grain } = useSearch({ from: "/frame/meters/$meterId" });
  const choose = (chosen: MeterSearch) =>
    void navigate({ to: ".", search: (old) => ({ ...old, ...chosen }), resetScroll: false });
  return (
    <div className="flex flex-wrap items-center gap-x-5 text-13">
      <label className="flex items-center gap-2">
        <span className="text-ink-2">{t("explorer.grainLabel")}</span>
        <select
          className="field w-auto"
          value={grain ?? ""}
          onChange={(event) => choose({ grain: GRAINS.find((one) => one === event.target.value) })}
        >
          <option value="">{t("explorer.fitting")}</option>
          {grainsOf(meter).map((one) => (
            <option key={one} value={one}>
              {t(`explorer.grain.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <CheckField
        label={t("explorer.compare")}
        checked={compare === "previous"}
        onChange={(event) => choose({ compare: event.target.checked ? "previous" : undefined })}
      />
    </div>
  );
}

/** The whole history in a strip. */
function History({ meter, extent }: { meter: Meter; extent: Extent }) {
  const { range, show } = useRange(extent);
  const history = useQuery({
    ...metersSeriesRetrieveOptions({ path: { meterId: meter.id }, query: { pixels: 500 } }),
    staleTime: 120_000,
    refetchInterval: ({ state }) => (state.data?.value.length === 0 ? 4_000 : false),
  });
  const { data } = history;
  if (!data || extent.dataStart === null || extent.dataEnd === null) return <Skeleton className="mt-2 h-12" />;
  return (
    <div className="mt-2 mb-10">
      <Brush
        starts={data.starts_at}
        ends={data.ends_at}
        values={data.value}
        from={extent.dataStart}
        to={Math.max(extent.dataEnd, data.ends_at.at(-1) ?? 0)}
        start={range.start}
        end={range.end}
        zone={extent.zone}
        hue={hueOfQuantity(meter.quantity)}
        onChange={(from, to) => show(zoomTo(from, to))}
      />
    </div>
  );
}
