import { useQuery } from "@tanstack/react-query";
import { scaleLinear } from "d3-scale";
import { area } from "d3-shape";
import { useTranslation } from "react-i18next";
import { metersSeriesRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { cssOf, hueOfQuantity } from "@/charts/colours";
import { formatNumber, formatPercent, formatPower } from "@/lib/format";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { useRange } from "@/ui/RangeBar";
import { Skeleton } from "@/ui/State";
import type { TabProps } from "./MeterTabs";
import { Why, WithProfile } from "./StoredProfile";

const WIDTH = 960;
const HEIGHT = 260;
const POINTS = 400;

export function DistributionTab({ meter, extent }: TabProps) {
  const { t } = useTranslation(["meters", "ui"]);
  const { range } = useRange(extent);
  const query = {
    start: new Date(range.start).toISOString(),
    end: new Date(range.end).toISOString(),
    grain: "hour" as const,
  };
  const hours = useQuery(metersSeriesRetrieveOptions({ path: { meterId: meter.id }, query }));
  return (
    <div className="space-y-10">
      <Section title={t("distribution.title")} note={t("distribution.note")}>
        <Query of={hours} loading={<Skeleton className="h-64" />}>
          {(series) => {
            const sorted = [...series.value].sort((a, b) => b - a);
            if (sorted.length === 0) return <p className="text-ink-3">{t("ui:chart.noData")}</p>;
            return (
              <>
                <Figures sorted={sorted} />
                <Duration
                  sorted={sorted}
                  colour={cssOf(hueOfQuantity(meter.quantity))}
                  title={t("distribution.title")}
                />
              </>
            );
          }}
        </Query>
      </Section>
      <Section title={t("distribution.year")} note={t("distribution.yearNote")}>
        <WithProfile meter={meter}>
          {(profile) =>
            profile.duration_kw ? (
              <Duration
                sorted={profile.duration_kw}
                colour={cssOf(hueOfQuantity(meter.quantity))}
                title={t("distribution.year")}
              />
            ) : (
              <Why profile={profile} figure="duration_kw" />
            )
          }
        </WithProfile>
      </Section>
    </div>
  );
}

function Figures({ sorted }: { sorted: number[] }) {
  const { t } = useTranslation("meters");
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const peak = sorted[0] ?? 0;
  const figures = [
    { title: t("distribution.base"), text: formatPower(at(0.95)), note: t("distribution.baseNote") },
    { title: t("distribution.middle"), text: formatPower(at(0.5)), note: t("distribution.middleNote") },
    { title: t("distribution.peak"), text: formatPower(peak), note: "" },
    {
      title: t("distribution.factor"),
      text: peak > 0 ? formatPercent(mean / peak) : "–",
      note: t("distribution.factorNote"),
    },
  ];
  return (
    <dl className="mb-6 grid grid-cols-2 gap-6 sm:grid-cols-4">
      {figures.map((figure) => (
        <div key={figure.title}>
          <dt className="text-13 text-ink-2">{figure.title}</dt>
          <dd className="text-20 font-semibold">{figure.text}</dd>
          <dd className="text-12 text-ink-3">{figure.note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Duration({ sorted, colour, title }: { sorted: number[]; colour: string; title: string }) {
  const { t } = useTranslation("meters");
  const x = scaleLinear([0, 1], [44, WIDTH - 8]);
  const y = scaleLinear([0, sorted[0] ?? 1], [HEIGHT - 24, 30]).nice(4);
  const points = Array.from({ length: POINTS + 1 }, (_, step) => step / POINTS);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const path = area<number>()
    .x((share) => x(share))
    .y0(y(0))
    .y1((share) => y(Math.max(0, at(share))))(points);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="w-full min-w-0" role="img" aria-label={title}>
      <path d={path ?? ""} fill={colour} opacity="0.75" />
      <g className="fill-(--ink-3) text-12">
        {y.ticks(4).map((tick) => (
          <g key={tick}>
            <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
            <text x={x(0) - 8} y={y(tick) + 4} textAnchor="end">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <text
            key={share}
            x={x(share)}
            y={HEIGHT - 6}
            textAnchor={share === 0 ? "start" : share === 1 ? "end" : "middle"}
          >
            {formatPercent(share)} {share === 1 ? t("distribution.axis") : ""}
          </text>
        ))}
        <text x={x(0) - 8} y={10} textAnchor="end">
          kW
        </text>
      </g>
    </svg>
  );
}
