import { useTranslation } from "react-i18next";
import type { StoredProfile } from "@/api";
import { formatMoment, formatPercent, formatPower } from "@/lib/format";
import { type Figure, Figures, Why } from "./StoredProfile";

/** The last year in a few figures, each with a word of what it means; under them why others are absent. */
export function ProfileFigures({ profile }: { profile: StoredProfile }) {
  const figures = [...useLoad(profile), ...useShares(profile), ...useRamp(profile)];
  // The same want of data has one sentence, not three.
  const absent = (["peak", "base_and_peak", "shares", "ramp"] as const).filter((name) => profile[name] === null);
  const reasons = new Map(absent.map((name) => [profile.reasons[name] ?? profile.reasons.profile, name]));
  return (
    <>
      {figures.length > 0 && <Figures figures={figures} />}
      {reasons.size > 0 && (
        <div className={`space-y-2 ${figures.length > 0 ? "mt-4" : ""}`}>
          {[...reasons.values()].map((name) => (
            <Why key={name} profile={profile} figure={name} />
          ))}
        </div>
      )}
    </>
  );
}

function useLoad({ base_and_peak: levels, peak, timezone }: StoredProfile): Figure[] {
  const { t } = useTranslation("meters");
  const found: Figure[] = [];
  if (levels) {
    found.push(
      { title: t("profile.base"), text: formatPower(levels.near_base_kw), note: t("profile.baseNote") },
      { title: t("profile.high"), text: formatPower(levels.near_peak_kw), note: t("profile.highNote") },
    );
  }
  if (peak) {
    found.push({
      title: t("profile.peak"),
      text: formatPower(peak.kw),
      note: formatMoment(Date.parse(peak.starts_at), timezone),
    });
  }
  if (peak && peak.load_factor !== null) {
    found.push({
      title: t("profile.factor"),
      text: formatPercent(peak.load_factor),
      note: t("profile.factorNote", { mean: formatPower(peak.mean_kw) }),
    });
  }
  return found;
}

function useShares({ shares }: StoredProfile): Figure[] {
  const { t } = useTranslation("meters");
  if (!shares) return [];
  return (["night", "weekend"] as const).map((part) => ({
    title: t(`profile.${part}`),
    text: formatPercent(shares[part].energy),
    note: t("profile.shareNote", { share: formatPercent(shares[part].hours) }),
  }));
}

function useRamp({ ramp, timezone }: StoredProfile): Figure[] {
  const { t } = useTranslation("meters");
  if (!ramp) return [];
  const perHour = (kw: number) => t("profile.perHour", { power: formatPower(kw) });
  return [
    { title: t("profile.ramp"), text: perHour(ramp.p95_change), note: t("profile.rampNote") },
    {
      title: t("profile.rise"),
      text: perHour(ramp.largest_rise),
      note: ramp.rise_at ? formatMoment(Date.parse(ramp.rise_at), timezone) : t("profile.never"),
    },
  ];
}
