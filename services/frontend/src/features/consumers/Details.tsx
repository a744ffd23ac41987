import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AttributeDefinition, ConsumerDetail } from "@/api";
import { attributeDefinitionsListOptions } from "@/api/@tanstack/react-query.gen";
import { formatNumber } from "@/lib/format";
import { Section } from "@/ui/Page";

type Value = ConsumerDetail["attributes"][string];
const GROUPS = ["house", "personal", "family", "other"] as const;

/** What is known about a consumer, by group, in the order of the organization's schema. */
export function Details({ consumer }: { consumer: ConsumerDetail }) {
  const { t } = useTranslation("consumers");
  const definitions = useQuery(
    attributeDefinitionsListOptions({ query: { organization: consumer.organization, page_size: 200 } }),
  );
  const known = (definitions.data?.results ?? []).filter((one) => isKnown(consumer.attributes[one.key]));
  return (
    <Section title={t("one.details")}>
      {definitions.isSuccess && known.length === 0 && <p className="measure text-ink-2">{t("one.noDetails")}</p>}
      {GROUPS.map((group) => {
        const ofGroup = known.filter((one) => (one.group ?? "other") === group);
        if (ofGroup.length === 0) return null;
        return (
          <div key={group} className="mb-6">
            <h3 className="mb-1 text-13 text-ink-3">{t(`one.groups.${group}`)}</h3>
            <dl className="divide-y divide-line">
              {ofGroup.map((definition) => (
                <div
                  key={definition.key}
                  className="flex justify-between gap-4 py-1.5"
                  title={definition.description || undefined}
                >
                  <dt className="text-ink-2">{definition.label}</dt>
                  <dd className="text-right font-medium">
                    <Shown value={consumer.attributes[definition.key]} definition={definition} />
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        );
      })}
    </Section>
  );
}

const isKnown = (value: Value | undefined) => value !== null && value !== undefined && value !== "";

function Shown({ value, definition }: { value: Value | undefined; definition: AttributeDefinition }) {
  const { t } = useTranslation("consumers");
  if (typeof value === "boolean") return <>{value ? t("one.yes") : t("one.no")}</>;
  // A year is no quantity: no thousands separator.
  const isYear = definition.key.endsWith("_year");
  const text = typeof value === "number" && !isYear ? formatNumber(value) : String(value).replaceAll("_", " ");
  return <>{definition.unit ? `${text} ${definition.unit}` : text}</>;
}
