import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { importsListOptions } from "@/api/@tanstack/react-query.gen";
import { formatAge, formatMoment } from "@/lib/format";
import { useMay, useNow, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { StateWord } from "@/ui/Marks";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Failed, Partial } from "@/ui/State";
import { ImportRow } from "../ImportRow";
import { isUnderWay } from "../state";
import type { Run } from "../types";
import { useSource, useSourceCalls } from "./calls";
import { Rare } from "./Rare";
import { Freshness } from "./SourceList";
import { SourceSettings } from "./SourceSettings";
import { HEALTH_TONES, healthOf } from "./state";
import type { Source } from "./types";

/** One source: how it is, what it brought, and everything that can be asked of it. */
export function SourcePage() {
  const { sourceId } = useParams({ from: "/frame/sources/$sourceId" });
  const query = useSource(Number(sourceId));
  return <Query of={query}>{(source) => <Shown key={source.id} source={source} />}</Query>;
}

function Shown({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const may = useMay("manager");
  return (
    <Page
      title={source.name}
      above={
        <Link to="/sources" className="hover:text-ink hover:underline">
          {t("source.above")}
        </Link>
      }
      lead={
        <>
          {source.kind_title} · <Freshness source={source.failures > 0 ? { ...source, failures: 0 } : source} />
        </>
      }
      actions={may && source.state !== "removed" ? <Actions source={source} /> : undefined}
    >
      <div className="space-y-10">
        <State source={source} />
        <Brought source={source} />
        {may && source.state !== "removed" && <SourceSettings source={source} />}
        {may && source.state !== "removed" && <Rare source={source} />}
      </div>
    </Page>
  );
}

function Actions({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const navigate = useNavigate();
  const { fetch, preview, change } = useSourceCalls(source.id);
  const show = (run: Run) => void navigate({ to: "/imports/$importId", params: { importId: String(run.id) } });
  const error = fetch.error ?? preview.error ?? change.error;
  return (
    <>
      {source.state === "draft" ? (
        <Button look="primary" busy={preview.isPending} onClick={() => preview.mutate(undefined, { onSuccess: show })}>
          {t("source.start")}
        </Button>
      ) : (
        <>
          {source.brings === "fetches" && (
            <Button look="primary" busy={fetch.isPending} onClick={() => fetch.mutate(undefined, { onSuccess: show })}>
              {t("source.fetchNow")}
            </Button>
          )}
          <Button
            busy={change.isPending}
            onClick={() => change.mutate({ state: source.state === "paused" ? "active" : "paused" })}
          >
            {source.state === "paused" ? t("source.resume") : t("source.pause")}
          </Button>
        </>
      )}
      {error && (
        <div className="w-full">
          <Failed error={error} />
        </div>
      )}
    </>
  );
}

function State({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const now = useNow();
  const health = healthOf(source);
  const moment = (iso: string | null) =>
    iso ? (
      <span title={formatMoment(Date.parse(iso), organization.timezone)}>
        {formatAge(Date.parse(iso), now, organization.timezone)}
      </span>
    ) : (
      t("source.never")
    );
  const facts = [
    [t("source.checked"), moment(source.checked_at)],
    [t("source.broughtLast"), moment(source.brought_at)],
    ...(source.state === "active" && source.due_at ? [[t("source.due"), moment(source.due_at)]] : []),
  ] as const;
  return (
    <Section title={t("source.state")} className="max-w-3xl">
      <StateWord tone={HEALTH_TONES[health]}>{t(`health.${health}`)}</StateWord>
      <dl className="mt-3 grid gap-x-8 gap-y-2 sm:grid-cols-3">
        {facts.map(([label, value]) => (
          <div key={String(label)}>
            <dt className="text-13 text-ink-3">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 space-y-2">
        {source.failures > 0 && (
          <div role="alert" className="measure border-l-2 border-danger py-1 pl-4">
            <p className="font-medium">{source.last_error}</p>
            <p className="mt-1 text-ink-2">
              {t("source.failuresLine", { count: source.failures })}. {t("source.safe")}
            </p>
          </div>
        )}
        {health === "late" && <Partial>{t("source.late")}</Partial>}
        {health === "draft" && <Partial>{t("source.draftSays")}</Partial>}
      </div>
    </Section>
  );
}

function Brought({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const query = { organization: organization.id, source: source.id, page_size: 20 } as { organization: number };
  const imports = useQuery({
    ...importsListOptions({ query }),
    refetchInterval: ({ state }) => (state.data?.results.some((one) => isUnderWay(one as Run)) ? 2_000 : 20_000),
  });
  return (
    <Section title={t("source.imports")}>
      <Query of={imports}>
        {(page) =>
          page.results.length === 0 ? (
            <p className="measure text-ink-2">{t("source.noImports")}</p>
          ) : (
            <>
              <ul className="divide-y divide-line">
                {page.results.map((one) => (
                  <ImportRow key={one.id} run={one as Run} />
                ))}
              </ul>
              {page.count > page.results.length && (
                <p className="mt-2 text-12 text-ink-3">
                  {t("receipt.more", { shown: page.results.length, all: page.count })}
                </p>
              )}
            </>
          )
        }
      </Query>
    </Section>
  );
}
