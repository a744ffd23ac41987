import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { importsRejectedListOptions } from "@/api/@tanstack/react-query.gen";
import { formatCount, formatDay, formatNumber, formatSeconds } from "@/lib/format";
import { useMay, useVisit } from "@/lib/session";
import { ButtonLink, buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Partial } from "@/ui/State";
import { useCorrections } from "./calls";
import { Events } from "./Events";
import { PutRight } from "./PutRight";
import { phaseOf } from "./state";
import { CorrectionsTable, RejectedTable } from "./Tables";
import { Touched } from "./Touched";
import type { ReceiptWithEvents, Run } from "./types";
import { Undo } from "./Undo";

const LINES = ["stored", "unchanged", "duplicate", "skipped"] as const;

/** Reads like a bank statement: what came in, where it went, and what is left over. */
export function Statement({ run, receipt }: { run: Run; receipt: ReceiptWithEvents }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const zone = run.recipe.timezone || organization.timezone;
  const mayUndo = useMay("manager") && phaseOf(run) === "imported" && receipt.kind === "readings";
  const isIdle = receipt.read > 0 && receipt.stored + receipt.corrected + receipt.rejected + receipt.skipped === 0;
  return (
    <Section title={t("receipt.statement")} className="max-w-3xl">
      {isIdle && <p className="mb-4 text-16 font-medium">{t("receipt.nothing")}</p>}
      <dl>
        <Line label={t("receipt.read")} value={receipt.read} strong />
        {LINES.filter((key) => receipt[key] > 0 || key === "stored").map((key) => (
          <Line key={key} label={t(`receipt.${key}`)} value={receipt[key]} />
        ))}
      </dl>
      {receipt.corrected > 0 && (
        <Unfolding run={run} what="corrections" count={receipt.corrected}>
          <Corrections run={run} />
        </Unfolding>
      )}
      {receipt.rejected > 0 ? (
        <Unfolding run={run} what="rejected" count={receipt.rejected}>
          <Rejected run={run} />
        </Unfolding>
      ) : (
        <Line label={t("receipt.rejected")} value={0} />
      )}
      {(receipt.rejected > 0 || run.rejected_file) && !run.undone_at && <PutRight run={run} />}
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
      {receipt.events && receipt.events.length > 0 && (
        <div className="mt-6">
          <h3 className="mb-1 text-13 text-ink-3">{t("receipt.events")}</h3>
          <Events events={receipt.events} counts={receipt.events_count} zone={zone} />
        </div>
      )}
      <Touched run={run} />
      <div className="mt-8 flex flex-wrap gap-2">
        <ButtonLink to="/consumers" look="primary">
          {t("receipt.see")}
        </ButtonLink>
        {mayUndo && <Undo run={run} receipt={receipt} />}
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

function Totals({ receipt }: { receipt: ReceiptWithEvents }) {
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
    ...(receipt.seconds > 0 && receipt.read > 0
      ? [t("receipt.speed", { formatted: formatNumber(Math.round(receipt.read / receipt.seconds)) })]
      : []),
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

/** A line that unfolds to rows, and to all of them as CSV. */
function Unfolding({
  run,
  what,
  count,
  children,
}: {
  run: Run;
  what: "rejected" | "corrections";
  count: number;
  children: ReactNode;
}) {
  const { t } = useTranslation("imports");
  const [isOpen, setOpen] = useState(false);
  const tone = what === "rejected" ? "font-medium text-danger" : "text-ink-2";
  return (
    <details className="border-b border-line" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex min-h-11 cursor-pointer items-baseline justify-between gap-6 py-2.5">
        <span className={`flex items-baseline gap-2 ${tone}`}>
          <span aria-hidden="true" className={`transition-transform ${isOpen ? "rotate-90" : ""}`}>
            ▸
          </span>
          <span>{what === "rejected" ? t("receipt.rejected") : t("receipt.corrected")}</span>
        </span>
        <span className={what === "rejected" ? tone : ""}>{formatCount(count)}</span>
      </summary>
      {isOpen && (
        <>
          {children}
          <a
            href={`/api/imports/${run.id}/${what}/?format=csv`}
            download
            className={`${buttonClass("quiet")} mt-3 mb-4`}
          >
            <Icon name="download" size={16} />
            {what === "rejected" ? t("receipt.download") : t("receipt.downloadCorrections")}
          </a>
        </>
      )}
    </details>
  );
}

function Rejected({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const rows = useQuery(importsRejectedListOptions({ path: { id: run.id }, query: { page_size: 50 } }));
  return (
    <Query of={rows}>
      {(page) => (
        <>
          <RejectedTable rows={page.results} caption={t("receipt.rejected")} />
          <More shown={page.results.length} all={page.count} />
        </>
      )}
    </Query>
  );
}

function Corrections({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const rows = useCorrections(run.id);
  const zone = run.recipe.timezone || organization.timezone;
  return (
    <Query of={rows}>
      {(page) => (
        <>
          <CorrectionsTable rows={page.results} zone={zone} caption={t("receipt.corrected")} />
          <More shown={page.results.length} all={page.count} />
        </>
      )}
    </Query>
  );
}

function More({ shown, all }: { shown: number; all: number }) {
  const { t } = useTranslation("imports");
  if (all <= shown) return null;
  return (
    <p className="mt-2 text-12 text-ink-3">{t("receipt.more", { shown: formatCount(shown), all: formatCount(all) })}</p>
  );
}
