import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Meter, StoredProfile } from "@/api";
import { metersProfileRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { Query } from "@/ui/Query";
import { Partial, Skeleton } from "@/ui/State";

const ASK_AGAIN_MS = 10_000;

/** An hour or less: PT30M, PT1H, PT10S. */
const WITHIN_AN_HOUR = /^PT(1H|([1-5]?\d|60)M|\d+S)$/;

/** What no waiting will bring: profiles are made of energy by the hour. */
function whyNever({ unit, resolution }: Meter): "notEnergy" | "tooLong" | undefined {
  if (unit !== "kWh") return "notEnergy";
  return WITHIN_AN_HOUR.test(resolution) ? undefined : "tooLong";
}

/** What is stored of a meter's last year; a sentence while nobody computed it yet. */
export function WithProfile({ meter, children }: { meter: Meter; children: (profile: StoredProfile) => ReactNode }) {
  const { t } = useTranslation("meters");
  const never = whyNever(meter);
  const answer = useQuery({
    ...metersProfileRetrieveOptions({ path: { meterId: meter.id } }),
    enabled: never === undefined,
    refetchInterval: ({ state }) => (state.data?.profile === null ? ASK_AGAIN_MS : false),
  });
  if (never) return <Partial>{t(`profile.${never}`)}</Partial>;
  return (
    <Query of={answer} loading={<Skeleton className="h-56" />}>
      {({ profile }) => (profile ? children(profile) : <Partial>{t("profile.none")}</Partial>)}
    </Query>
  );
}

/** Why a figure is absent, in the words of the worker that could not compute it. */
export function Why({ profile, figure }: { profile: StoredProfile; figure: string }) {
  const { t } = useTranslation("meters");
  return <Partial>{profile.reasons[figure] ?? profile.reasons.profile ?? t("profile.absent")}</Partial>;
}

export interface Figure {
  title: string;
  text: string;
  note: string;
}

export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(8rem,1fr))] gap-x-6 gap-y-6">
      {figures.map((figure) => (
        <div key={figure.title} className="min-w-0">
          <dt className="text-13 text-ink-2">{figure.title}</dt>
          <dd className="text-20 font-semibold">{figure.text}</dd>
          <dd className="text-12 text-ink-3">{figure.note}</dd>
        </div>
      ))}
    </dl>
  );
}
