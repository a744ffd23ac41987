import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Import, Receipt } from "@/api";
import { importsRejectedListOptions } from "@/api/@tanstack/react-query.gen";
import { formatCount, formatDay, formatSeconds } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { ButtonLink, buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Partial } from "@/ui/State";

const LINES = ["stored", "corrected", "unchanged", "duplicate", "skipped"] as const;

/** Reads like a bank statement: what came in, where it went, and what is left over. */
export function Statement({ run, receipt }: { run: Import; receipt: Receipt }) {
  const { t } = useTranslation("imports");
  const isIdle = receipt.read > 0 && receipt.stored + receipt.corrected + receipt.rejected + receipt.skipped === 0;
  return (
    <Section title={t("receipt.statement")}>
      {isIdle && <p className="mb-4 text-16 font-medium">{t("receipt.nothing")}</p>}
      <dl>
        <Line label={t("receipt.read")} value={receipt.read} strong />
        {LINES.filter((key) => receipt[key] > 0 || key === "stored").map((key) => (
          <Line key={key} label={t(`receipt.${key}`)} value={receipt[key]} />
        ))}
      </dl>
      {receipt.rejected > 0 ? (
        <Rejected run={run} count={receipt.rejected} />
      ) : (
        <Line label={t("receipt.rejected")} value={0} />
      )}
      <Totals receipt={receipt} />
      <Sentences title={t("receipt.found")} sentences={receipt.interpretation} />
      {receipt.warnings.length > 0 && (
        <div className="mt-6 space-y-2">
          <h3 className="text-13 text-ink-3">{t("receipt.warnings")}</h3>
          {receipt.warnings.map((warning) => (
            <Partial key={warning}>{warning}</Partial>
          ))}
        </div>
      )}
      <div className="mt-8">
        <ButtonLink to="/consumers" look="primary">
          {t("receipt.see")}
        </ButtonLink>
      </div>
    </Section>
  );
}

function Line({ label, value, strong = false }: { label: string; value: number | string; strong?: boolean }) {
  return (
    <div
      className={`flex items-baseline justify-between gap-6 border-b border-line py-2.5 ${strong ? "text-16 font-semibold" : ""}`}
    >
      <dt className={strong ? "" : "text-ink-2"}>{label}</dt>
      <dd className="whitespace-nowrap">{typeof value === "number" ? formatCount(value) : value}</dd>
    </div>
  );
}

function Totals({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const day = (iso: string) => formatDay(Date.parse(iso), organization.timezone);
  const sum = (value: number, unit: string) =>
    `${value.toLocaleString(undefined, { maximumFractionDigits: 3 })} ${unit}`;
  const facts = [
    t("receipt.consumers", { count: receipt.consumers, formatted: formatCount(receipt.consumers) }),
    t("receipt.meters", { count: receipt.meters, formatted: formatCount(receipt.meters) }),
    ...(receipt.first_reading_at && receipt.last_reading_at
      ? [t("receipt.span", { from: day(receipt.first_reading_at), to: day(receipt.last_reading_at) })]
      : []),
    t("receipt.took", { time: formatSeconds(receipt.seconds) }),
  ];
  return (
    <>
      <dl>
        {Object.entries(receipt.totals).map(([unit, value]) => (
          <Line key={unit} label={t("receipt.total")} value={sum(value, unit)} strong />
        ))}
      </dl>
      <p className="mt-3 text-13 text-ink-2">{facts.join(" · ")}</p>
    </>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: string[] }) {
  if (sentences.length === 0) return null;
  return (
    <div className="mt-6">
      <h3 className="text-13 text-ink-3">{title}</h3>
      <ul className="measure mt-1 space-y-1">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

function Rejected({ run, count }: { run: Import; count: number }) {
  const { t } = useTranslation("imports");
  const rows = useQuery(importsRejectedListOptions({ path: { id: run.id }, query: { page_size: 50 } }));
  const cell = "py-2 pr-4 align-top";
  return (
    <details className="border-b border-line">
      <summary className="flex min-h-11 cursor-pointer items-baseline justify-between gap-6 py-2.5">
        <span className="flex items-baseline gap-2 font-medium text-danger">
          <span aria-hidden="true">▸</span>
          <span>{t("receipt.rejected")}</span>
        </span>
        <span className="font-medium text-danger">{formatCount(count)}</span>
      </summary>
      <Query of={rows}>
        {(page) => (
          <div className="mb-4 overflow-x-auto">
            <table className="w-full text-left text-13">
              <thead className="text-ink-3">
                <tr>
                  {(["line", "column", "value", "reason"] as const).map((key) => (
                    <th key={key} scope="col" className="py-1.5 pr-4 font-medium">
                      {t(`receipt.${key}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {page.results.map((row) => (
                  <tr key={`${row.file}-${row.line}-${row.column}-${row.value}`} className="border-t border-line">
                    <td className={cell} title={row.file}>
                      {row.line ? formatCount(row.line) : "–"}
                    </td>
                    <td className={cell}>{row.column}</td>
                    <td className={`${cell} max-w-48 break-words font-mono`}>{row.value}</td>
                    <td className={cell}>
                      {row.reason} <span className="text-ink-2">{row.remedy}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {page.count > page.results.length && (
              <p className="mt-2 text-12 text-ink-3">
                {t("receipt.more", { shown: formatCount(page.results.length), all: formatCount(page.count) })}
              </p>
            )}
          </div>
        )}
      </Query>
      <a href={`/api/imports/${run.id}/rejected/?format=csv`} download className={`${buttonClass("quiet")} mb-4`}>
        <Icon name="download" size={16} />
        {t("receipt.download")}
      </a>
    </details>
  );
}
