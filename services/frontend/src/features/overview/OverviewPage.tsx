import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api";
import { overviewRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { changeWord, formatEnergy, formatMoment, formatPercent, zoneName } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { ButtonLink } from "@/ui/Button";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Empty, Skeleton } from "@/ui/State";
import { Attention } from "./Attention";
import { MainChart } from "./MainChart";
import { Movers } from "./Movers";
import { Numbers } from "./Numbers";
import { WeekHeat } from "./WeekHeat";

export function OverviewPage() {
  const { t } = useTranslation("overview");
  const { organization } = useVisit();
  const query = useQuery({
    ...overviewRetrieveOptions({ query: { organization: organization.id } }),
    refetchInterval: 30_000,
  });
  return (
    <Query of={query} loading={<Loading />}>
      {(overview) =>
        overview.as_of ? (
          <Filled overview={overview} />
        ) : (
          <Page title={t("title")}>
            <Empty
              title={t("empty.title")}
              action={
                <ButtonLink to="/sources" look="primary">
                  {t("empty.action")}
                </ButtonLink>
              }
            >
              {t("empty.body")}
            </Empty>
            {overview.attention.length > 0 && <Attention items={overview.attention} />}
          </Page>
        )
      }
    </Query>
  );
}

function Filled({ overview }: { overview: Overview }) {
  const { t } = useTranslation("overview");
  const asOf = Date.parse(overview.as_of ?? "");
  const moment = `${formatMoment(asOf, overview.timezone)} ${zoneName(asOf, overview.timezone)}`;
  return (
    <Page title={useHeadline(overview)} lead={t(`asOf.${overview.basis ?? "live"}`, { moment })}>
      <div className="space-y-12">
        <Numbers overview={overview} />
        <MainChart overview={overview} />
        <div className="grid gap-x-12 gap-y-12 lg:grid-cols-2">
          <Section title={t("attention.title")}>
            <Attention items={overview.attention} />
          </Section>
          <Section title={t("movers.title")} note={t("movers.note")}>
            <Movers movers={overview.movers} />
          </Section>
        </div>
        <Section title={t("heat.title")} note={t("heat.note")}>
          <WeekHeat cells={overview.heatmap} />
        </Section>
      </div>
    </Page>
  );
}

/** The three questions in one sentence: is all right, what changed, what will happen. */
function useHeadline({ attention, month, forecast_month_end: end }: Overview): string {
  const { t } = useTranslation("overview");
  const state = attention.length === 0 ? t("headline.good") : t("headline.attention", { count: attention.length });
  if (!month || month.change === null) return state;
  const change = t(`headline.${changeWord(month.change)}`, {
    share: formatPercent(Math.abs(month.change)),
    label: month.previous_label,
  });
  return `${state} ${change}${end ? t("headline.end", { energy: formatEnergy(end.kwh) }) : "."}`;
}

function Loading() {
  const { t } = useTranslation("ui");
  return (
    <Page title={t("loading")}>
      <div className="space-y-12">
        <div className="grid grid-cols-2 gap-6 lg:grid-cols-4">
          {["a", "b", "c", "d"].map((key) => (
            <Skeleton key={key} className="h-28" />
          ))}
        </div>
        <Skeleton className="h-80" label={t("loading")} />
      </div>
    </Page>
  );
}
