import { scaleLinear } from "d3-scale";
import { useTranslation } from "react-i18next";
import type { Thermal } from "@/api";
import { formatNumber } from "@/lib/format";

const WIDTH = 960;
const HEIGHT = 360;
const LEFT = 68;
const RIGHT = 36;

/** kWh of a day as the model says for a mean temperature. */
export function expectedKwh(thermal: Thermal, celsius: number): number {
  const cold = thermal.heating_point === null ? 0 : Math.max(0, thermal.heating_point - celsius);
  const warm = thermal.cooling_point === null ? 0 : Math.max(0, celsius - thermal.cooling_point);
  return thermal.base_kwh_per_day + (thermal.heating_slope ?? 0) * cold + (thermal.cooling_slope ?? 0) * warm;
}

/** A point for each day, its energy over its mean temperature, and the fitted line. */
export function ThermalScatter({ thermal, colour }: { thermal: Thermal; colour: string }) {
  const { t } = useTranslation("meters");
  const coldest = Math.min(...thermal.temperature);
  const warmest = Math.max(...thermal.temperature);
  const x = scaleLinear([coldest, warmest], [LEFT, WIDTH - RIGHT]).nice(8);
  const y = scaleLinear([0, Math.max(0.001, ...thermal.kwh)], [HEIGHT - 44, 54]).nice(5);
  const bends = [thermal.heating_point, thermal.cooling_point].filter((point) => point !== null);
  const line = [coldest, ...bends, warmest].map((at) => `${x(at)},${y(expectedKwh(thermal, at))}`).join(" ");
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="w-full min-w-0"
      role="img"
      aria-label={t("weather.scatter", { count: thermal.days })}
    >
      {/* In units of the drawing, which a phone shrinks to a third. */}
      <g className="fill-(--ink-3) text-[26px] sm:text-12">
        {y.ticks(5).map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        {x.ticks(8).map((tick) => (
          <text key={tick} x={x(tick)} y={HEIGHT - 12} textAnchor="middle">
            {`${formatNumber(tick)} °C`}
          </text>
        ))}
        <text x={LEFT - 8} y={20} textAnchor="end">
          kWh
        </text>
      </g>
      {thermal.dates.map((date, day) => (
        <circle
          key={date}
          cx={x(thermal.temperature[day] ?? 0)}
          cy={y(thermal.kwh[day] ?? 0)}
          r="3"
          fill={colour}
          opacity="0.55"
        />
      ))}
      <polyline points={line} fill="none" stroke="var(--ink)" strokeWidth="2" />
    </svg>
  );
}
