import { formatInterval } from "@/lib/format";
import { cssOf } from "./colours";
import type { Chart } from "./TimeChart";

interface Props {
  chart: Chart;
  interval: number;
  left: number;
  say: (value: number, interval: number) => string;
  remark?: (interval: number) => string;
}

export function Tip({ chart, interval, left, say, remark }: Props) {
  const start = chart.starts[interval];
  const end = chart.ends[interval];
  if (start === undefined || end === undefined) return null;
  const lines = chart.series.flatMap((series) => {
    const value = series.values[interval];
    return value === null || value === undefined ? [] : [{ ...series, text: say(value, interval) }];
  });
  const bands = (chart.bands ?? []).flatMap((band) => {
    const low = band.low[interval];
    const high = band.high[interval];
    return typeof low === "number" && typeof high === "number"
      ? [{ ...band, text: `${say(low, interval)} – ${say(high, interval)}` }]
      : [];
  });
  if (lines.length === 0 && bands.length === 0) return null;
  const note = remark?.(interval);
  return (
    <div
      className="pointer-events-none absolute top-1 z-10 w-max max-w-72 rounded-control border border-line bg-float px-3 py-2 text-12 shadow-float"
      style={{ left, transform: `translateX(${left > 320 ? "calc(-100% - 12px)" : "12px"})` }}
    >
      <p className="text-ink-3">{formatInterval(start, end, chart.zone)}</p>
      {lines.map((line) => (
        <Line
          key={line.label}
          colour={cssOf(line.hue)}
          label={lines.length + bands.length > 1 ? line.label : ""}
          text={line.text}
        />
      ))}
      {bands.map((band) => (
        <Line key={band.label} colour={cssOf(band.hue)} label={band.label} text={band.text} />
      ))}
      {note && <p className="text-ink-3">{note}</p>}
    </div>
  );
}

function Line({ colour, label, text }: { colour: string; label: string; text: string }) {
  return (
    <p className="flex items-center gap-2">
      <span aria-hidden="true" className="h-2.5 w-1 rounded-full" style={{ background: colour }} />
      <span className="font-medium">{text}</span>
      {label && <span className="text-ink-3">{label}</span>}
    </p>
  );
}
