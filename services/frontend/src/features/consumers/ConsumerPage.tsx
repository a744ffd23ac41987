import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ConsumerDetail, Meter } from "@/api";
import { consumersRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { hueOfQuantity } from "@/charts/colours";
import { Spark } from "@/charts/Spark";
import { formatCount, formatDay, formatEnergy, formatResolution } from "@/lib/format";
import { toMs, withoutUnfinishedDay } from "@/lib/time";
import { ClusterChip } from "@/ui/Marks";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Details } from "./Details";

export function ConsumerPage() {
  const { consumerId } = useParams({ from: "/frame/consumers/$consumerId" });
  const query = useQuery(consumersRetrieveOptions({ path: { id: Number(consumerId) } }));
  return <Query of={query}>{(consumer) => <Shown consumer={consumer} />}</Query>;
}

function Shown({ consumer }: { consumer: ConsumerDetail }) {
  const { t } = useTranslation("consumers");
  const place = [
    consumer.name && consumer.name !== consumer.key ? t("one.key", { key: consumer.key }) : "",
    consumer.timezone,
    consumer.country,
  ];
  return (
    <Page
      title={consumer.name || consumer.key}
      isSimulated={consumer.is_simulated}
      above={
        <Link to="/consumers" className="hover:text-ink hover:underline">
          {t("title")}
        </Link>
      }
      lead={place.filter(Boolean).join(" · ")}
    >
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[3fr_2fr]">
        <div className="min-w-0 space-y-10">
          <Section title={t("one.meters")}>
            {consumer.meters.length === 0 ? (
              <p className="text-ink-2">{t("one.noMeters")}</p>
            ) : (
              <ul className="divide-y divide-line">
                {consumer.meters.map((meter) => (
                  <MeterRow key={meter.id} meter={meter} />
                ))}
              </ul>
            )}
          </Section>
          {consumer.last_30_days_kwh !== null && (
            <Section
              title={t("one.use")}
              note={
                consumer.data_ends_at
                  ? t("one.until", { day: formatDay(Date.parse(consumer.data_ends_at), consumer.timezone) })
                  : undefined
              }
            >
              <p className="mb-3 text-28 font-semibold tracking-[-0.02em]">{formatEnergy(consumer.last_30_days_kwh)}</p>
              <Spark
                values={withoutUnfinishedDay(consumer.spark_kwh, consumer.data_ends_at, consumer.timezone)}
                width={560}
                height={72}
                label={t("one.use")}
              />
            </Section>
          )}
          <Section title={t("one.cluster")}>
            <Why consumer={consumer} />
          </Section>
        </div>
        <Details consumer={consumer} />
      </div>
    </Page>
  );
}

function MeterRow({ meter }: { meter: Meter }) {
  const { t } = useTranslation(["consumers", "ui"]);
  const last = toMs(meter.last_reading_at);
  const facts = [formatResolution(meter.resolution), formatCount(meter.readings_count), t(`one.feed.${meter.feed}`)];
  return (
    <li>
      <Link
        to="/meters/$meterId"
        params={{ meterId: String(meter.id) }}
        className="group flex min-h-14 items-center gap-4 py-2"
      >
        <span
          aria-hidden="true"
          className="h-8 w-1 rounded-full"
          style={{ background: `var(--${hueOfQuantity(meter.quantity)})` }}
        />
        <span className="min-w-0 grow">
          <span className="block truncate font-medium group-hover:text-accent">
            {t(`ui:quantity.${meter.quantity}`)}
          </span>
          <span className="block truncate text-13 text-ink-3">{meter.name || meter.key}</span>
        </span>
        <span className="text-right text-13 text-ink-2">
          <span className="block">{facts.join(" · ")}</span>
          {last !== null && (
            <span className="block text-ink-3">{t("one.until", { day: formatDay(last, meter.timezone) })}</span>
          )}
        </span>
      </Link>
    </li>
  );
}

function Why({ consumer: { cluster, cluster_reason: reason } }: { consumer: ConsumerDetail }) {
  const { t } = useTranslation("consumers");
  if (!cluster || !reason) return <p className="measure text-ink-2">{t("one.noCluster")}</p>;
  const fit = reason.silhouette > 0.35 ? "good" : reason.silhouette > 0.1 ? "fair" : "poor";
  return (
    <>
      <ClusterChip cluster={cluster} />
      <p className="measure mt-2">
        {reason.sentence} <span className="text-ink-2">{t(`one.fit.${fit}`)}.</span>
      </p>
      <dl className="mt-4 divide-y divide-line">
        {reason.distinctions.map((one) => (
          <div key={one.attribute} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)] gap-4 py-2">
            <dt className="text-ink-2">{one.label}</dt>
            <dd>{t("one.here", { here: one.here, overall: one.overall })}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
