import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { StoredProfile, TypicalDay } from "@/api";
import { DayCurve, usePeakWords } from "@/charts/DayCurve";
import { formatCount } from "@/lib/format";
import { SelectField } from "@/ui/Field";
import { Why } from "./StoredProfile";
import { SEASONS, type Season } from "./search";

/** The typical weekday and weekend day of a season, or of the year; the choice is in the address. */
export function SeasonDay({ profile }: { profile: StoredProfile }) {
  const { t } = useTranslation("meters");
  const navigate = useNavigate();
  const { season = "year" } = useSearch({ from: "/frame/meters/$meterId" });
  if (profile.typical_days.length === 0) return <Why profile={profile} figure="typical_days" />;
  return (
    <>
      <div className="mb-3 max-w-64">
        <SelectField
          label={t("profile.season")}
          value={season}
          onChange={({ target }) =>
            void navigate({
              to: ".",
              search: (old) => ({ ...old, season: target.value as Season }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          {SEASONS.map((each) => (
            <option key={each} value={each}>
              {t(`profile.seasons.${each}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <Days days={profile.typical_days.filter((day) => day.season === season)} season={season} />
    </>
  );
}

function Days({ days, season }: { days: TypicalDay[]; season: Season }) {
  const { t } = useTranslation("meters");
  const weekday = days.find((day) => !day.weekend);
  const weekend = days.find((day) => day.weekend);
  const peak = usePeakWords(weekday?.mean_kw ?? weekend?.mean_kw ?? []);
  if (days.length === 0) return <p className="text-ink-3">{t("profile.noSeason")}</p>;
  const lines = [
    ...(weekday
      ? [
          {
            label: t("pattern.weekday"),
            colour: "var(--use)",
            mean: weekday.mean_kw,
            low: weekday.p10_kw,
            high: weekday.p90_kw,
          },
        ]
      : []),
    ...(weekend
      ? [{ label: t("pattern.weekend"), colour: "var(--comparison)", mean: weekend.mean_kw, dash: true }]
      : []),
  ];
  return (
    <>
      <DayCurve lines={lines} title={`${t(`profile.seasons.${season}`)}: ${peak}`} />
      <p className="mt-2 text-13 text-ink-3">
        {t("profile.seasonDays", {
          weekdays: formatCount(weekday?.days ?? 0),
          weekends: formatCount(weekend?.days ?? 0),
        })}
      </p>
    </>
  );
}
