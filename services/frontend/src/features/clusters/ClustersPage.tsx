import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ClusteringRunDetail } from "@/api";
import {
  attributeDefinitionsListOptions,
  clusteringRunsListOptions,
  clusteringRunsRetrieveOptions,
  jobsCreateMutation,
} from "@/api/@tanstack/react-query.gen";
import { formatCount, formatMoment } from "@/lib/format";
import { useMay, useVisit } from "@/lib/session";
import { Button, ButtonLink } from "@/ui/Button";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Empty, Failed, Partial } from "@/ui/State";
import { ClusterCards } from "./ClusterCards";
import { ClusterMap } from "./ClusterMap";
import { Silhouettes } from "./Silhouettes";

export function ClustersPage() {
  const { t } = useTranslation("clusters");
  const { organization } = useVisit();
  const runs = useQuery({
    ...clusteringRunsListOptions({ query: { organization: organization.id, page_size: 10 } }),
    refetchInterval: 15_000,
  });
  return (
    <Query of={runs}>
      {(page) => {
        const current = page.results.find((run) => run.is_current) ?? page.results[0];
        if (current) return <Run id={current.id} />;
        return (
          <Page title={t("title")} actions={<RunAgain />}>
            <Empty title={t("empty.title")} action={<ButtonLink to="/sources">{t("empty.action")}</ButtonLink>}>
              {t("empty.body")}
            </Empty>
          </Page>
        );
      }}
    </Query>
  );
}

function Run({ id }: { id: number }) {
  const run = useQuery(clusteringRunsRetrieveOptions({ path: { id } }));
  return <Query of={run}>{(data) => <Shown run={data} />}</Query>;
}

function Shown({ run }: { run: ClusteringRunDetail }) {
  const { t } = useTranslation("clusters");
  const { organization } = useVisit();
  const { cluster: chosen } = useSearch({ from: "/frame/clusters" });
  const navigate = useNavigate();
  const labelOf = useDetailLabel();
  const choose = (number: number | undefined) =>
    void navigate({
      to: "/clusters",
      search: (old) => ({ ...old, cluster: number }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Page
      title={t("title")}
      isSimulated={organization.is_simulated}
      lead={t("lead", {
        consumers: formatCount(run.points.length),
        k: run.k,
        moment: formatMoment(Date.parse(run.created_at), organization.timezone),
      })}
      actions={<RunAgain />}
    >
      <div className="space-y-10">
        {run.notes.length > 0 && (
          <div className="space-y-1">
            {run.notes.map((note) => (
              <Partial key={note}>{note}</Partial>
            ))}
          </div>
        )}
        <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[3fr_2fr]">
          <Section title={t("map")} note={t("mapNote")}>
            <ClusterMap run={run} chosen={chosen} choose={choose} />
          </Section>
          <Section title={t("quality")} note={t("qualityNote")}>
            <Silhouettes run={run} />
            <p className="measure mt-3 text-13 text-ink-2">
              {t("used", { attributes: run.attributes.map(labelOf).join(", ") })}
            </p>
          </Section>
        </div>
        <Section title={t("cards")}>
          <ClusterCards run={run} chosen={chosen} choose={choose} />
        </Section>
      </div>
    </Page>
  );
}

function useDetailLabel(): (key: string) => string {
  const { organization } = useVisit();
  const { data } = useQuery(
    attributeDefinitionsListOptions({ query: { organization: organization.id, page_size: 200 } }),
  );
  return (key) => data?.results.find((one) => one.key === key)?.label.toLowerCase() ?? key.replaceAll("_", " ");
}

function RunAgain() {
  const { t } = useTranslation("clusters");
  const { organization } = useVisit();
  const may = useMay("analyst");
  const start = useMutation(jobsCreateMutation());
  if (!may) return null;
  return (
    <div>
      <Button
        busy={start.isPending}
        onClick={() => start.mutate({ body: { organization: organization.id, kind: "cluster_consumers" } })}
      >
        {t("runAgain")}
      </Button>
      {start.isSuccess && (
        <p role="status" className="mt-2 text-13 text-ink-2">
          {t("started")}
        </p>
      )}
      {start.error && <Failed error={start.error} />}
    </div>
  );
}
