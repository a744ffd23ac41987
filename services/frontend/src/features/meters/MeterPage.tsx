import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Meter } from "@/api";
import { metersRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { formatAge, formatCount, formatDay, formatResolution } from "@/lib/format";
import type { Extent } from "@/lib/range";
import { useNow } from "@/lib/session";
import { toMs } from "@/lib/time";
import { ButtonLink } from "@/ui/Button";
import { Page } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { RangeBar } from "@/ui/RangeBar";
import { Empty } from "@/ui/State";
import { Explorer } from "./Explorer";
import { MeterTabs } from "./MeterTabs";

export function MeterPage() {
  const { meterId } = useParams({ from: "/frame/meters/$meterId" });
  const query = useQuery({ ...metersRetrieveOptions({ path: { id: Number(meterId) } }), refetchInterval: 60_000 });
  return (
    <div className="min-h-96">
      <Query of={query}>{(meter) => <Shown key={meter.id} meter={meter} />}</Query>
    </div>
  );
}

function Shown({ meter }: { meter: Meter }) {
  const { t } = useTranslation(["meters", "ui"]);
  const now = useNow();
  const dataEnd = toMs(meter.last_reading_at);
  const extent: Extent = { zone: meter.timezone, dataStart: toMs(meter.first_reading_at), dataEnd, now };
  const facts = [
    t(`ui:quantity.${meter.quantity}`),
    t("facts.resolution", { resolution: formatResolution(meter.resolution) }),
    t("facts.readings", { count: meter.readings_count, formatted: formatCount(meter.readings_count) }),
    ...(extent.dataStart ? [t("facts.since", { day: formatDay(extent.dataStart, meter.timezone) })] : []),
  ];
  const feed = t(`feed.${meter.feed}`, {
    age: dataEnd ? formatAge(dataEnd, now, meter.timezone) : "",
    day: dataEnd ? formatDay(dataEnd, meter.timezone) : "",
  });
  return (
    <Page
      title={meter.name || meter.key}
      isSimulated={meter.is_simulated}
      above={
        meter.consumer && (
          <Link
            to="/consumers/$consumerId"
            params={{ consumerId: String(meter.consumer.id) }}
            className="hover:text-ink hover:underline"
          >
            {meter.consumer.name || meter.consumer.key}
          </Link>
        )
      }
      lead={
        <>
          {facts.join(" · ")}
          <br />
          {feed}
        </>
      }
    >
      {meter.feed === "empty" ? (
        <Empty title={t("empty.title")} action={<ButtonLink to="/sources">{t("empty.action")}</ButtonLink>}>
          {t("empty.body")}
        </Empty>
      ) : (
        <>
          <div id="explorer" className="mb-4 scroll-mt-16 border-t border-line-2 pt-3">
            <RangeBar extent={extent} />
          </div>
          <Explorer meter={meter} extent={extent} />
          <MeterTabs meter={meter} extent={extent} />
        </>
      )}
    </Page>
  );
}
