import { useTranslation } from "react-i18next";
import { formatCount, formatInterval } from "@/lib/format";
import type { Chart } from "./TimeChart";

const MOST_ROWS = 500;

interface Props {
  chart: Chart;
  title: string;
  say: (value: number, interval: number) => string;
  remark?: (interval: number) => string;
}

export function DataTable({ chart, title, say, remark }: Props) {
  const { t } = useTranslation("ui");
  const rows = chart.starts
    .map((start, index) => ({ start, index }))
    .filter(({ start }) => start < chart.end && start >= chart.start)
    .slice(0, MOST_ROWS);
  const all = chart.starts.length;
  return (
    <div className="max-h-96 overflow-auto">
      <table className="w-full text-left text-13">
        <caption className="sr-only">{title}</caption>
        <thead className="sticky top-0 bg-paper text-ink-3">
          <tr>
            <th scope="col" className="py-1.5 pr-4 font-medium">
              {t("chart.interval")}
            </th>
            {chart.series.map((series) => (
              <th key={series.label} scope="col" className="py-1.5 pr-4 text-right font-medium">
                {series.label}
              </th>
            ))}
            {remark && <th scope="col" className="py-1.5 font-medium" />}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ start, index }) => (
            <tr key={start} className="border-t border-line">
              <th scope="row" className="py-1 pr-4 font-normal whitespace-nowrap">
                {formatInterval(start, chart.ends[index] ?? start, chart.zone)}
              </th>
              {chart.series.map((series) => {
                const value = series.values[index];
                return (
                  <td key={series.label} className="py-1 pr-4 text-right whitespace-nowrap">
                    {value === null || value === undefined ? "–" : say(value, index)}
                  </td>
                );
              })}
              {remark && <td className="py-1 text-ink-3 whitespace-nowrap">{remark(index)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {all > rows.length && (
        <p className="py-2 text-12 text-ink-3">
          {t("chart.rows", { shown: formatCount(rows.length), all: formatCount(all) })}
        </p>
      )}
    </div>
  );
}
