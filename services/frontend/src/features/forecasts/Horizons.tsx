import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { useTranslation } from "react-i18next";
import type { Model } from "@/api";
import { formatNumber } from "@/lib/format";
import { modelHue, useModelName } from "./names";

const WIDTH = 560;
const HEIGHT = 240;

/** Error against naive by hour ahead, one line for each model, labelled at its end. */
export function Horizons({ model }: { model: Model }) {
  const { t } = useTranslation("forecasts");
  const nameOf = useModelName();
  const scores = model.scores.filter((score) => score.mase_by_horizon.length > 1);
  const hours = Math.max(2, ...scores.map((score) => score.mase_by_horizon.length));
  const most = Math.max(1.1, ...scores.flatMap((score) => score.mase_by_horizon));
  const x = scaleLinear([1, hours], [40, WIDTH - 8]);
  const y = scaleLinear([0, most], [HEIGHT - 28, 12]).nice(4);
  const path = line<number>()
    .x((_, index) => x(index + 1))
    .y((value) => y(value));
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="w-full" role="img" aria-label={t("horizon")}>
        <g className="fill-(--ink-3) text-12">
          {y.ticks(4).map((tick) => (
            <g key={tick}>
              <line x1={40} x2={WIDTH - 8} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
              <text x={32} y={y(tick) + 4} textAnchor="end">
                {formatNumber(tick)}
              </text>
            </g>
          ))}
          {[1, 12, 24, 36, 48]
            .filter((hour) => hour <= hours)
            .map((hour) => (
              <text key={hour} x={x(hour)} y={HEIGHT - 8} textAnchor={hour === hours ? "end" : "middle"}>
                {hour === hours ? `${hour} ${t("ahead")}` : hour}
              </text>
            ))}
        </g>
        <line x1={40} x2={WIDTH - 8} y1={y(1)} y2={y(1)} stroke="var(--ink-3)" strokeDasharray="2 3" />
        {scores.map((score) => (
          <path
            key={score.forecaster}
            d={path(score.mase_by_horizon) ?? ""}
            fill="none"
            stroke={modelHue(score.forecaster)}
            strokeWidth="2"
            strokeDasharray={score.forecaster === "seasonal_naive" ? "5 4" : undefined}
          />
        ))}
      </svg>
      <ul className="mt-1 flex flex-wrap gap-x-5 gap-y-1 pl-10 text-13 text-ink-2">
        {scores.map((score) => (
          <li key={score.forecaster} className="inline-flex items-center gap-2">
            <span aria-hidden="true" className="h-0.5 w-5" style={{ background: modelHue(score.forecaster) }} />
            {nameOf(score.forecaster)}
          </li>
        ))}
      </ul>
    </>
  );
}
