import { useTranslation } from "react-i18next";
import type { HealthOfMeter, Meter } from "@/api";
import { formatAge, formatCount, formatLength, formatMoment, formatPercent } from "@/lib/format";
import { useNow } from "@/lib/session";
import { DAY_MS, durationMs, toMs } from "@/lib/time";
import { Partial } from "@/ui/State";

/** How sound the data are, in a few sentences; what is late first. */
export function Words({ meter, health }: { meter: Meter; health: HealthOfMeter }) {
  const { t } = useTranslation("meters");
  const now = useNow();
  const zone = health.timezone;
  const lateSince = toMs(health.late_since);
  const corrected = toMs(health.corrections.last_at);
  return (
    <div className="space-y-3">
      {lateSince !== null && (
        <Partial>
          {t("health.late", { moment: formatMoment(lateSince, zone), age: formatAge(lateSince, now, zone) })}
        </Partial>
      )}
      <ul className="space-y-1.5 text-16">
        <li>
          <Completeness meter={meter} health={health} />
        </li>
        <li>
          <Gaps health={health} />
        </li>
        {health.stuck && (
          <li>{t("health.stuck", { count: health.stuck.count, formatted: formatCount(health.stuck.count) })}</li>
        )}
        <li>
          {corrected === null
            ? t("health.corrected", { count: 0 })
            : t("health.correctedLast", {
                count: health.corrections.count,
                formatted: formatCount(health.corrections.count),
                age: formatAge(corrected, now, zone),
              })}
        </li>
        {health.estimated_share !== null && health.estimated_share > 0 && (
          <li>{t("health.estimated", { share: shareInWords(health.estimated_share) })}</li>
        )}
        <li>
          <Delay health={health} />
        </li>
      </ul>
    </div>
  );
}

function Completeness({ meter, health: { completeness } }: { meter: Meter; health: HealthOfMeter }) {
  const { t } = useTranslation("meters");
  if (completeness === null)
    return <>{t(durationMs(meter.resolution) > DAY_MS ? "health.tooLong" : "health.notComputed")}</>;
  const all = completeness.dates.length;
  return (
    <>
      {t("health.complete", {
        count: all,
        share: formatPercent(Math.floor(completeness.share * 1000) / 1000, 1),
        days: formatCount(completeness.complete_days),
        all: formatCount(all),
      })}
    </>
  );
}

function Gaps({ health: { gaps } }: { health: HealthOfMeter }) {
  const { t } = useTranslation("meters");
  const [longest] = gaps.longest;
  if (!longest) return <>{t("health.gaps", { count: 0 })}</>;
  const length = formatLength(Date.parse(longest.ends_at) - Date.parse(longest.starts_at));
  return <>{t("health.gapsLongest", { count: gaps.count, formatted: formatCount(gaps.count), length })}</>;
}

function Delay({ health: { delay } }: { health: HealthOfMeter }) {
  const { t } = useTranslation("meters");
  if (delay === null) return <span className="text-ink-2">{t("health.noDelay")}</span>;
  const usual = formatLength(Math.abs(delay.median_s) * 1000);
  if (delay.median_s < 0) return <>{t("health.ahead", { usual })}</>;
  return <>{t("health.delay", { usual, longest: formatLength(delay.p95_s * 1000) })}</>;
}

/** Rounded up, so that a few are never "0 %". */
function shareInWords(share: number): string {
  return formatPercent(Math.ceil(share * 1000) / 1000, 1);
}
