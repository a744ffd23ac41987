import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RejectedRow } from "@/api";
import { formatCount, formatDay, formatMoment, formatResolution, formatValue } from "@/lib/format";
import type { Correction, PreviewedMeter, PreviewedReading } from "./types";

const CELL = "py-2 pr-4 align-top";
const RIGHT = `${CELL} text-right whitespace-nowrap`;
const exact = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 6 });

interface TableProps {
  caption: string;
  /** The headings; one that ends in ">" stands to the right, over numbers. */
  heads: string[];
  children: ReactNode;
}

function Table({ caption, heads, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
    <div className="max-h-[28rem] overflow-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className="w-full text-left text-13">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-paper text-ink-3">
          <tr>
            {heads.map((head) => (
              <th
                key={head}
                scope="col"
                className={`py-1.5 pr-4 font-medium whitespace-nowrap ${head.endsWith(">") ? "text-right" : ""}`}
              >
                {head.replace(/>$/, "")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&>tr]:border-t [&>tr]:border-line">{children}</tbody>
      </table>
    </div>
  );
}

export function RejectedTable({ rows, caption }: { rows: RejectedRow[]; caption: string }) {
  const { t } = useTranslation("imports");
  const heads = (["line", "column", "value", "reason"] as const).map((key) => t(`receipt.${key}`));
  return (
    <Table caption={caption} heads={heads}>
      {rows.map((row) => (
        <tr key={`${row.file}-${row.line}-${row.column}-${row.value}`}>
          <td className={CELL} title={row.file}>
            {row.line ? formatCount(row.line) : "–"}
          </td>
          <td className={CELL}>{row.column}</td>
          <td className={`${CELL} max-w-48 break-words font-mono`}>{row.value}</td>
          <td className={`${CELL} min-w-56`}>
            {row.reason} <span className="text-ink-2">{row.remedy}</span>
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function ReadingsTable({ rows, caption }: { rows: PreviewedReading[]; caption: string }) {
  const { t } = useTranslation("imports");
  const manyFiles = new Set(rows.map((row) => row.file)).size > 1;
  const heads = [
    t("table.time"),
    `${t("table.value")}>`,
    t("table.meter"),
    ...(manyFiles ? [t("table.file")] : []),
    `${t("receipt.line")}>`,
  ];
  return (
    <Table caption={caption} heads={heads}>
      {rows.map((row) => (
        <tr key={`${row.meter_key}-${row.quantity}-${row.starts_at}-${row.line}`}>
          <th scope="row" className={`${CELL} font-normal whitespace-nowrap`}>
            {row.local_time}
          </th>
          <td className={RIGHT}>
            {exact(row.value)} <span className="text-ink-3">{row.unit}</span>
          </td>
          <td className={`${CELL} max-w-48 break-words`}>{row.meter_key}</td>
          {manyFiles && <td className={`${CELL} max-w-48 truncate`}>{row.file}</td>}
          <td className={`${RIGHT} text-ink-3`}>{row.line ? formatCount(row.line) : "–"}</td>
        </tr>
      ))}
    </Table>
  );
}

interface MetersProps {
  meters: PreviewedMeter[];
  zone: string;
  unitOf: (quantity: string) => string;
  caption: string;
}

export function MetersTable({ meters, zone, unitOf, caption }: MetersProps) {
  const { t } = useTranslation(["imports", "ui"]);
  const heads = [
    t("table.meter"),
    t("table.quantity"),
    t("table.every"),
    `${t("table.readings")}>`,
    `${t("table.total")}>`,
    t("table.from"),
    t("table.to"),
  ];
  return (
    <Table caption={caption} heads={heads}>
      {meters.map((meter) => (
        <tr key={`${meter.meter_key}-${meter.quantity}`}>
          <th scope="row" className={`${CELL} font-normal break-words`}>
            {meter.meter_key}
            {meter.consumer_key && meter.consumer_key !== meter.meter_key && (
              <span className="block text-12 text-ink-3">{meter.consumer_key}</span>
            )}
          </th>
          <td className={CELL}>{t(`ui:quantity.${meter.quantity}`)}</td>
          <td className={`${CELL} whitespace-nowrap`}>{formatResolution(meter.resolution)}</td>
          <td className={RIGHT}>{formatCount(meter.readings)}</td>
          <td className={RIGHT}>{formatValue(meter.total, unitOf(meter.quantity))}</td>
          <td className={`${CELL} whitespace-nowrap`}>{formatDay(Date.parse(meter.first_at), zone)}</td>
          <td className={`${CELL} whitespace-nowrap`}>{formatDay(Date.parse(meter.last_at), zone)}</td>
        </tr>
      ))}
    </Table>
  );
}

export function CorrectionsTable({ rows, zone, caption }: { rows: Correction[]; zone: string; caption: string }) {
  const { t } = useTranslation("imports");
  const heads = [t("table.meter"), t("table.time"), `${t("table.old")}>`, `${t("table.new")}>`];
  return (
    <Table caption={caption} heads={heads}>
      {rows.map((row) => (
        <tr key={`${row.meter}-${row.starts_at}`}>
          <td className={CELL}>
            <Link
              to="/meters/$meterId"
              params={{ meterId: String(row.meter) }}
              className="text-accent underline-offset-4 hover:underline"
            >
              {row.meter_key}
            </Link>
          </td>
          <th scope="row" className={`${CELL} font-normal whitespace-nowrap`}>
            {formatMoment(Date.parse(row.starts_at), zone)}
          </th>
          <td className={`${RIGHT} text-ink-2`}>
            {exact(row.old_value)} {row.unit}
          </td>
          <td className={RIGHT}>{row.new_value === null ? "–" : `${exact(row.new_value)} ${row.unit}`}</td>
        </tr>
      ))}
    </Table>
  );
}
