import { useTranslation } from "react-i18next";
import type { ServiceHealth } from "@/api";
import { formatAge, formatMoment } from "@/lib/format";
import { useNow, useVisit } from "@/lib/session";
import { StateWord, type Tone } from "@/ui/Marks";

const TONES: Record<ServiceHealth["state"], Tone> = {
  running: "good",
  silent: "bad",
  unreachable: "bad",
  unknown: "warn",
};

/** Nine plain tiles: state, since when, which version. */
export function ServiceTiles({ services }: { services: ServiceHealth[] }) {
  return (
    <ul className="grid grid-cols-1 gap-px overflow-hidden rounded-surface border border-line bg-line min-[520px]:grid-cols-2 lg:grid-cols-3">
      {services.map((service) => (
        <Tile key={service.service} service={service} />
      ))}
    </ul>
  );
}

function Tile({ service }: { service: ServiceHealth }) {
  const { t } = useTranslation("operations");
  const { organization } = useVisit();
  const now = useNow();
  const zone = organization.timezone;
  const facts = [
    service.since ? t("since", { moment: formatAge(Date.parse(service.since), now, zone) }) : "",
    service.version ? t("version", { version: service.version }) : "",
  ].filter(Boolean);
  const seen = service.last_seen_at ? Date.parse(service.last_seen_at) : null;
  return (
    <li
      className="bg-paper px-5 py-4"
      title={service.since ? formatMoment(Date.parse(service.since), zone) : undefined}
    >
      <div className="flex items-baseline justify-between gap-4">
        <h3 className="font-semibold">{t(`service.${service.service}`)}</h3>
        <span className="text-13">
          <StateWord tone={TONES[service.state]}>{t(`state.${service.state}`)}</StateWord>
        </span>
      </div>
      <p className="mt-1 text-13 text-ink-3">{facts.join(" · ") || " "}</p>
      {service.detail && <p className="text-13 [overflow-wrap:anywhere] text-ink-2">{service.detail}</p>}
      {service.state !== "running" && seen !== null && (
        <p className="text-13 text-danger">{t("seen", { age: formatAge(seen, now, zone) })}</p>
      )}
    </li>
  );
}
