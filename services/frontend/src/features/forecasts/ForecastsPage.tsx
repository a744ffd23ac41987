import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Model, Score } from "@/api";
import { jobsCreateMutation, modelsListOptions } from "@/api/@tanstack/react-query.gen";
import { formatCount, formatPercent } from "@/lib/format";
import { useMay, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Empty, Failed } from "@/ui/State";
import { Horizons } from "./Horizons";
import { useModelName } from "./names";
import { Registry } from "./Registry";
import { Runs } from "./Runs";
import { Scores } from "./Scores";

export function ForecastsPage() {
  const { t } = useTranslation("forecasts");
  const { organization } = useVisit();
  const plain = usePlain();
  const models = useQuery({
    ...modelsListOptions({ query: { organization: organization.id, page_size: 50 } }),
    refetchInterval: 30_000,
  });
  return (
    <Query of={models}>
      {(page) => {
        const champion = page.results.find((model) => model.is_champion) ?? page.results[0];
        return (
          <Page
            title={t("title")}
            isSimulated={organization.is_simulated}
            lead={<Lead champion={champion} />}
            actions={<Again />}
          >
            {champion ? (
              <div className="space-y-10">
                <div className="grid gap-x-12 gap-y-10 lg:grid-cols-2">
                  <Section title={t("side")} note={t("sideNote")}>
                    <Scores model={champion} />
                    <p className="measure mt-4 text-ink-2">
                      <span className="font-medium text-ink">{t("reason")}: </span>
                      {plain(champion.reason)}
                    </p>
                  </Section>
                  <Section title={t("horizon")} note={t("horizonNote")}>
                    <Horizons model={champion} />
                  </Section>
                </div>
                <Section title={t("runs")}>
                  <Runs />
                </Section>
                <Section title={t("registry")}>
                  <Registry models={page.results} />
                </Section>
              </div>
            ) : (
              <Empty title={t("empty.title")}>{t("empty.body")}</Empty>
            )}
          </Page>
        );
      }}
    </Query>
  );
}

/** Forecasters by their names for people, in a sentence that the worker wrote. */
function usePlain() {
  const nameOf = useModelName();
  return (sentence: string) => sentence.replace(/seasonal_naive|lightgbm_global/g, (name) => `“${nameOf(name)}”`);
}

/** How good are we, in a sentence. */
function Lead({ champion }: { champion?: Model }) {
  const { t } = useTranslation("forecasts");
  const of = (name: string): Score | undefined => champion?.scores.find((score) => score.forecaster === name);
  const naive = of("seasonal_naive");
  const best = champion && of(champion.forecaster);
  if (!naive?.mase || !best?.mase) return <>{t("noLead")}</>;
  const skill = 1 - best.mase / naive.mase;
  if (skill <= 0) return <>{t("leadWorse")}</>;
  return (
    <>
      {t("lead", { share: formatPercent(skill), origins: formatCount(best.origins), meters: formatCount(best.meters) })}
    </>
  );
}

function Again() {
  const { t } = useTranslation("forecasts");
  const { organization } = useVisit();
  const may = useMay("analyst");
  const start = useMutation(jobsCreateMutation());
  if (!may) return null;
  const run = (kind: "forecast_meters" | "train_forecasters") =>
    start.mutate({ body: { organization: organization.id, kind } });
  return (
    <div>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => run("train_forecasters")}>{t("train")}</Button>
        <Button onClick={() => run("forecast_meters")}>{t("again")}</Button>
      </div>
      {start.isSuccess && (
        <p role="status" className="mt-2 text-13 text-ink-2">
          {t("started")}
        </p>
      )}
      {start.error && <Failed error={start.error} />}
    </div>
  );
}
