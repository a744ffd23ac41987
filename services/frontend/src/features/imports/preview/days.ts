import { Temporal } from "temporal-polyfill";
import { hueOfQuantity } from "@/charts/colours";
import type { Chart, Series } from "@/charts/TimeChart";
import { startOfDay } from "@/lib/time";
import type { Interpretation } from "../types";

interface Wish {
  chosen: Interpretation;
  compared: Interpretation | undefined;
  quantity: string;
  zone: string;
}

/** The daily totals of one interpretation as bars, and of another over them as a dashed line. */
export function chartOfDays({ chosen, compared, quantity, zone }: Wish): Chart {
  const ours = byDay(chosen, quantity);
  const theirs = compared ? byDay(compared, quantity) : new Map<string, number>();
  const days = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  const dates = days.map((day) => Temporal.PlainDate.from(day));
  const starts = dates.map((date) => startOfDay(date, zone));
  const ends = dates.map((date) => startOfDay(date.add({ days: 1 }), zone));
  const isMean = quantity === "temperature" || quantity === "price" || quantity === "carbon_intensity";
  const series: Series[] = [
    {
      label: chosen.label,
      hue: hueOfQuantity(quantity),
      kind: isMean ? "steps" : "bars",
      values: days.map((day) => ours.get(day) ?? null),
    },
  ];
  if (compared) {
    series.push({
      label: compared.label,
      hue: "ink",
      kind: "line",
      dash: true,
      values: days.map((day) => theirs.get(day) ?? null),
    });
  }
  return { zone, start: starts[0] ?? 0, end: ends.at(-1) ?? 1, starts, ends, fromZero: !isMean, series };
}

function byDay({ days }: Interpretation, quantity: string): Map<string, number> {
  return new Map(days.filter((one) => one.quantity === quantity).map((one) => [one.day, one.value]));
}
