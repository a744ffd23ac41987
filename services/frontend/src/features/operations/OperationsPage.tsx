import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { servicesRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Jobs } from "./Jobs";
import { Queues } from "./Queues";
import { ServiceTiles } from "./ServiceTiles";

export function OperationsPage() {
  const { t } = useTranslation("operations");
  const services = useQuery({ ...servicesRetrieveOptions(), refetchInterval: 5_000 });
  const bad = services.data?.services.filter((one) => one.state !== "running").length ?? 0;
  return (
    <Page
      title={t("title")}
      lead={services.data ? (bad === 0 ? t("lead.good") : t("lead.bad", { count: bad })) : undefined}
    >
      <div className="space-y-10">
        <Section title={t("services")}>
          <Query of={services}>{(data) => <ServiceTiles services={data.services} />}</Query>
        </Section>
        <Section title={t("queues")} note={t("queuesNote")}>
          <Query of={services}>{(data) => <Queues queues={data.queues} />}</Query>
        </Section>
        <Jobs />
      </div>
    </Page>
  );
}
