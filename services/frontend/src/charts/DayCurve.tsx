import { scaleLinear } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import { useTranslation } from "react-i18next";
import { formatNumber, formatPower } from "@/lib/format";

export interface DayLine {
  label: string;
  colour: string;
  mean: (number | null)[];
  low?: (number | null)[];
  high?: (number | null)[];
  dash?: boolean;
}

interface Props {
  lines: DayLine[];
  title: string;
  height?: number;
  /** Small ones, beside a sentence, have no axis. */
  bare?: boolean;
  top?: number;
}

const WIDTH = 480;
const HOURS = [0, 6, 12, 18, 24];

/** A typical day by local hour, in kW. */
export function DayCurve({ lines, title, height = 236, bare = false, top }: Props) {
  const margin = bare ? { left: 0, right: 0, top: 4, bottom: 4 } : { left: 40, right: 8, top: 30, bottom: 22 };
  const most =
    top ?? Math.max(0.001, ...lines.flatMap((one) => [...one.mean, ...(one.high ?? [])]).map((value) => value ?? 0));
  const x = scaleLinear([0, 24], [margin.left, WIDTH - margin.right]);
  const y = scaleLinear([0, most], [height - margin.bottom, margin.top]).nice(4);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      className="w-full"
      role="img"
      aria-label={title}
      preserveAspectRatio={bare ? "none" : undefined}
    >
      {!bare && <Axis x={x} y={y} height={height} />}
      {lines.map((one) => (
        <Curve key={one.label} line={one} x={x} y={y} />
      ))}
    </svg>
  );
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function Curve({ line: one, x, y }: { line: DayLine; x: Scale; y: Scale }) {
  const middle = (hour: number) => x(hour + 0.5);
  const spread = one.low && one.high ? one.low.map((low, hour) => ({ low, high: one.high?.[hour] ?? null })) : [];
  const band = area<(typeof spread)[number]>()
    .defined((point) => point.low !== null && point.high !== null)
    .x((_, hour) => middle(hour))
    .y0((point) => y(point.low ?? 0))
    .y1((point) => y(point.high ?? 0))
    .curve(curveMonotoneX)(spread);
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, hour) => middle(hour))
    .y((value) => y(value ?? 0))
    .curve(curveMonotoneX)(one.mean);
  return (
    <g>
      {band && <path d={band} fill={one.colour} opacity="0.16" />}
      <path
        d={path ?? ""}
        fill="none"
        stroke={one.colour}
        strokeWidth="2"
        strokeDasharray={one.dash ? "5 4" : undefined}
        vectorEffect="non-scaling-stroke"
      />
    </g>
  );
}

function Axis({ x, y, height }: { x: Scale; y: Scale; height: number }) {
  return (
    <g className="fill-(--ink-3) text-12">
      {y.ticks(4).map((tick) => (
        <g key={tick}>
          <line x1={x(0)} x2={x(24)} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
          <text x={x(0) - 8} y={y(tick) + 4} textAnchor="end">
            {formatNumber(tick)}
          </text>
        </g>
      ))}
      {HOURS.map((hour) => (
        <text key={hour} x={x(hour)} y={height - 4} textAnchor={hour === 24 ? "end" : hour === 0 ? "start" : "middle"}>
          {`${String(hour).padStart(2, "0")}:00`}
        </text>
      ))}
      <text x={x(0) - 8} y={10} textAnchor="end">
        kW
      </text>
    </g>
  );
}

/** "Peak about 18:00, 1.2 kW" of a day's curve, for a sentence. */
export function usePeakWords(mean: (number | null)[]): string {
  const { t } = useTranslation("meters");
  const most = Math.max(...mean.map((value) => value ?? Number.NEGATIVE_INFINITY));
  if (!Number.isFinite(most)) return "";
  const hour = mean.indexOf(most);
  return t("pattern.peak", { hour: `${String(hour).padStart(2, "0")}:00`, power: formatPower(most) });
}
