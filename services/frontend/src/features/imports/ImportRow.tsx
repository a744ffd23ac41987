import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatAge, formatCount, formatMoment, formatPercent } from "@/lib/format";
import { useNow, useVisit } from "@/lib/session";
import { Progress, SimulatedMark, StateWord } from "@/ui/Marks";
import { isUnderWay, phaseOf, TONES } from "./state";
import type { Run } from "./types";

/** One import in a list: what, when, and what became of it. */
export function ImportRow({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const now = useNow();
  const created = Date.parse(run.created_at);
  const phase = phaseOf(run);
  const share = run.job?.progress ?? 0;
  const isSimulation = run.source.kind === "simulation";
  const [first] = run.files;
  const name = isSimulation
    ? t("row.simulation")
    : run.files.length === 1 && first
      ? first.name
      : run.files.length === 0
        ? run.source.name
        : t("row.files", { count: run.files.length, formatted: formatCount(run.files.length) });
  return (
    <li>
      <Link
        to="/imports/$importId"
        params={{ importId: String(run.id) }}
        className="group grid min-h-14 items-center gap-x-6 gap-y-1 py-2.5 sm:grid-cols-[minmax(0,1fr)_auto_190px]"
      >
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium group-hover:text-accent">{name}</span>
          {isSimulation && <SimulatedMark />}
          <span className="text-13 whitespace-nowrap text-ink-3" title={formatMoment(created, organization.timezone)}>
            {formatAge(created, now, organization.timezone)}
          </span>
        </span>
        <span className="text-13 text-ink-2">
          <Outcome run={run} />
        </span>
        <span className="text-13">
          <StateWord tone={TONES[phase]}>
            {t(`phase.${phase}`)}
            {isUnderWay(run) && ` ${formatPercent(share)}`}
          </StateWord>
        </span>
        {isUnderWay(run) && (
          <span className="sm:col-span-3">
            <Progress share={share} label={name} />
          </span>
        )}
      </Link>
    </li>
  );
}

function Outcome({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const { receipt, job } = run;
  const phase = phaseOf(run);
  if (phase === "failed") return <span className="line-clamp-2 max-w-[48ch]">{job?.error}</span>;
  if (phase !== "imported" || !receipt) return null;
  const changed = receipt.stored + receipt.corrected;
  const parts = [changed > 0 ? t("row.stored", { rows: formatCount(changed) }) : t("row.unchanged")];
  if (receipt.rejected > 0) parts.push(t("row.rejected", { rows: formatCount(receipt.rejected) }));
  return <>{parts.join(" · ")}</>;
}
