import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatAge, formatMoment, formatResolution } from "@/lib/format";
import { useMay, useNow, useVisit } from "@/lib/session";
import { ButtonLink } from "@/ui/Button";
import { StateWord } from "@/ui/Marks";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Empty } from "@/ui/State";
import { useSources } from "./calls";
import { HEALTH_TONES, healthOf } from "./state";
import type { Source } from "./types";

/** What brings data by itself, and how fresh each is. */
export function SourceList() {
  const { t } = useTranslation("imports");
  const may = useMay("manager");
  const sources = useSources();
  const connect = may ? (
    <ButtonLink to="/sources/new" look={sources.data?.length ? "quiet" : "primary"}>
      {t("source.connect")}
    </ButtonLink>
  ) : undefined;
  return (
    <Section title={t("source.feeds")} actions={sources.data?.length ? connect : undefined}>
      <Query of={sources}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t("source.none")} action={connect}>
              {t("source.noneSays")}
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {all.map((one) => (
                <Row key={one.id} source={one} />
              ))}
            </ul>
          )
        }
      </Query>
    </Section>
  );
}

function Row({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const health = healthOf(source);
  return (
    <li>
      <Link
        to="/sources/$sourceId"
        params={{ sourceId: String(source.id) }}
        className="group grid min-h-14 items-center gap-x-6 gap-y-1 py-2.5 sm:grid-cols-[minmax(0,1fr)_auto_110px]"
      >
        <span className="min-w-0">
          <span className="block truncate font-medium group-hover:text-accent">{source.name}</span>
          <span className="block truncate text-13 text-ink-3">{source.kind_title}</span>
        </span>
        <span className="text-13 text-ink-2">
          <Freshness source={source} />
        </span>
        <span className="text-13">
          <StateWord tone={HEALTH_TONES[health]}>{t(`health.${health}`)}</StateWord>
        </span>
      </Link>
    </li>
  );
}

/** "Brought data 12 minutes ago, asked every hour", or what stands in the way. */
export function Freshness({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const now = useNow();
  const zone = organization.timezone;
  if (source.failures > 0) return <span className="line-clamp-2 max-w-[52ch]">{source.last_error}</span>;
  const brought = source.brought_at ? Date.parse(source.brought_at) : null;
  return (
    <>
      {brought ? (
        <span title={formatMoment(brought, zone)}>{t("source.brought", { age: formatAge(brought, now, zone) })}</span>
      ) : (
        t("source.broughtNothing")
      )}
      {" · "}
      {source.brings === "listens"
        ? t("source.listens")
        : source.every
          ? t("source.asked", { time: formatResolution(source.every) })
          : t("source.byHand")}
    </>
  );
}
