import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Import } from "@/api";
import { importsListOptions } from "@/api/@tanstack/react-query.gen";
import { formatAge, formatCount, formatMoment } from "@/lib/format";
import { useMay, useNow, useVisit } from "@/lib/session";
import { Progress, SimulatedMark, StateWord } from "@/ui/Marks";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Bring } from "./Bring";
import { stateOf, TONES } from "./state";

export function SourcesPage() {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const may = useMay("manager");
  const imports = useQuery({
    ...importsListOptions({ query: { organization: organization.id, page_size: 50 } }),
    refetchInterval: (query) => (query.state.data?.results.some((one) => !one.finished_at) ? 2_000 : 20_000),
  });
  return (
    <Page title={t("title")} lead={t("lead")}>
      <div className="space-y-10">
        <Section title={t("bring")}>{may ? <Bring /> : <p className="measure text-ink-2">{t("noRight")}</p>}</Section>
        <Section title={t("history")}>
          <Query of={imports}>
            {(page) =>
              page.results.length === 0 ? (
                <p className="measure text-ink-2">{t("none")}</p>
              ) : (
                <ul className="divide-y divide-line">
                  {page.results.map((one) => (
                    <Row key={one.id} run={one} />
                  ))}
                </ul>
              )
            }
          </Query>
        </Section>
      </div>
    </Page>
  );
}

function Row({ run }: { run: Import }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const now = useNow();
  const created = Date.parse(run.created_at);
  const state = stateOf(run);
  const isSimulation = run.source.kind === "simulation";
  const [first] = run.files;
  const name = isSimulation
    ? t("row.simulation")
    : run.files.length === 1 && first
      ? first.name
      : t("row.files", { count: run.files.length, formatted: formatCount(run.files.length) });
  return (
    <li>
      <Link
        to="/imports/$importId"
        params={{ importId: String(run.id) }}
        className="group grid min-h-14 items-center gap-x-6 gap-y-1 py-2.5 sm:grid-cols-[minmax(0,1fr)_auto_100px]"
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
          <StateWord tone={TONES[state]}>{t(`state.${state}`)}</StateWord>
        </span>
        {state === "running" && (
          <span className="sm:col-span-3">
            <Progress share={run.job?.progress ?? 0} label={name} />
          </span>
        )}
      </Link>
    </li>
  );
}

function Outcome({ run: { receipt, job } }: { run: Import }) {
  const { t } = useTranslation("imports");
  if (!receipt) return <>{job?.message}</>;
  const changed = receipt.stored + receipt.corrected;
  const parts = [changed > 0 ? t("row.stored", { rows: formatCount(changed) }) : t("row.unchanged")];
  if (receipt.rejected > 0) parts.push(t("row.rejected", { rows: formatCount(receipt.rejected) }));
  return <>{parts.join(" · ")}</>;
}
