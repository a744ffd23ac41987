import { useTranslation } from "react-i18next";
import type { StoredProfile, Thermal } from "@/api";
import { cssOf, hueOfQuantity } from "@/charts/colours";
import { formatCount, formatEnergy, formatNumber, formatPercent } from "@/lib/format";
import { Section } from "@/ui/Page";
import type { TabProps } from "./MeterTabs";
import { type Figure, Figures, Why, WithProfile } from "./StoredProfile";
import { ThermalScatter } from "./ThermalScatter";

/** How the energy of a day follows its temperature, and the last year against the one before. */
export function WeatherTab({ meter }: TabProps) {
  const { t } = useTranslation("meters");
  return (
    <WithProfile meter={meter}>
      {(profile) => (
        <div className="space-y-10">
          <Section title={t("weather.title")} note={t("weather.note")}>
            {profile.thermal ? (
              <>
                <Sentence thermal={profile.thermal} />
                <ThermalScatter thermal={profile.thermal} colour={cssOf(hueOfQuantity(meter.quantity))} />
              </>
            ) : (
              <Why profile={profile} figure="thermal" />
            )}
          </Section>
          <Section title={t("weather.years")}>
            <Years profile={profile} />
          </Section>
        </div>
      )}
    </WithProfile>
  );
}

function Sentence({ thermal }: { thermal: Thermal }) {
  const { t } = useTranslation("meters");
  const { heating_point: cold, heating_slope: heating, cooling_point: warm, cooling_slope: cooling } = thermal;
  const parts = [
    t(thermal.kind === "mean" ? "weather.mean" : "weather.base", { energy: formatEnergy(thermal.base_kwh_per_day) }),
  ];
  if (cold !== null && heating !== null)
    parts.push(t("weather.heating", { point: formatNumber(cold), energy: formatEnergy(heating) }));
  if (warm !== null && cooling !== null)
    parts.push(t("weather.cooling", { point: formatNumber(warm), energy: formatEnergy(cooling) }));
  if (thermal.kind !== "mean")
    parts.push(
      t("weather.fit", {
        share: formatPercent(thermal.r_squared),
        count: thermal.days,
        formatted: formatCount(thermal.days),
      }),
    );
  return <p className="measure mb-4 text-ink-2">{parts.join(" ")}</p>;
}

function Years({ profile }: { profile: StoredProfile }) {
  const { year_on_year: plain, same_weather: same, trend } = profile;
  const { t } = useTranslation("meters");
  const signed = (change: number) => `${change > 0 ? "+" : ""}${formatPercent(change, 1)}`;
  const figures: Figure[] = [];
  if (plain)
    figures.push({
      title: t("weather.plain"),
      text: signed(plain.change),
      note: t("weather.plainNote", {
        later: formatEnergy(plain.later_kwh),
        earlier: formatEnergy(plain.earlier_kwh),
        days: formatCount(plain.days),
      }),
    });
  if (same)
    figures.push({
      title: t("weather.same"),
      text: signed(same.change),
      note: t("weather.sameNote", { later: formatEnergy(same.later_kwh), expected: formatEnergy(same.expected_kwh) }),
    });
  if (trend)
    figures.push({
      title: t("weather.trend"),
      text: t("weather.perYear", { share: signed(trend.percent_per_year / 100) }),
      note: t("weather.trendNote", { low: signed(trend.low / 100), high: signed(trend.high / 100) }),
    });
  const absent = (["year_on_year", "same_weather", "trend"] as const).filter((name) => profile[name] === null);
  return (
    <>
      {figures.length > 0 && <Figures figures={figures} />}
      <ul className={`space-y-2 ${figures.length > 0 ? "mt-4" : ""}`}>
        {absent.map((name) => (
          <li key={name}>
            <p className="text-13 font-medium">{t(`weather.absent.${name}`)}</p>
            <Why profile={profile} figure={name} />
          </li>
        ))}
      </ul>
    </>
  );
}
