import { line } from "d3-shape";
import { cssOf, type Hue } from "./colours";

interface Props {
  values: (number | null)[];
  hue?: Hue;
  width?: number;
  height?: number;
  /** From here on the line is the forecast's. */
  label?: string;
}

export function Spark({ values, hue = "use", width = 96, height = 24, label }: Props) {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <span className="text-12 text-ink-3">–</span>;
  const high = Math.max(...known, 0);
  const low = Math.min(...known, 0);
  const x = (index: number) => 1 + (index / (values.length - 1)) * (width - 2);
  const y = (value: number) => height - 2 - ((value - low) / (high - low || 1)) * (height - 4);
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))(values);
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      className="max-w-full"
    >
      <path d={path ?? ""} fill="none" stroke={cssOf(hue)} strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
}
