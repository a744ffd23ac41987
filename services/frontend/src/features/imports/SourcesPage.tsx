import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { importsListOptions } from "@/api/@tanstack/react-query.gen";
import { useMay, useVisit } from "@/lib/session";
import { Page, Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Bring } from "./Bring";
import { ImportRow } from "./ImportRow";
import { Push } from "./sources/Push";
import { SourceList } from "./sources/SourceList";
import { isUnderWay } from "./state";
import type { Run } from "./types";

export function SourcesPage() {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const may = useMay("manager");
  const imports = useQuery({
    ...importsListOptions({ query: { organization: organization.id, page_size: 50 } }),
    refetchInterval: ({ state }) => (state.data?.results.some((one) => isUnderWay(one as Run)) ? 2_000 : 20_000),
  });
  return (
    <Page title={t("title")} lead={t("lead")}>
      <div className="space-y-10">
        <SourceList />
        <Section title={t("bring")}>
          {may ? <Bring /> : <p className="measure text-ink-2">{t("noRight")}</p>}
          <Push />
        </Section>
        <Section title={t("history")}>
          <Query of={imports}>
            {(page) =>
              page.results.length === 0 ? (
                <p className="measure text-ink-2">{t("none")}</p>
              ) : (
                <ul className="divide-y divide-line">
                  {page.results.map((one) => (
                    <ImportRow key={one.id} run={one as Run} />
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
