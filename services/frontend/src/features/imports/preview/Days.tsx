import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { TimeChart } from "@/charts/TimeChart";
import { formatValue } from "@/lib/format";
import { SelectField } from "@/ui/Field";
import type { Interpretation } from "../types";
import { chartOfDays } from "./days";

interface Props {
  chosen: Interpretation;
  others: Interpretation[];
  zone: string;
  unitOf: (quantity: string) => string;
}

/** Where interpretations disagree, a look at their days tells which is right. */
export function Days({ chosen, others, zone, unitOf }: Props) {
  const { t } = useTranslation(["imports", "ui"]);
  const [label, setLabel] = useState<string>();
  const [wanted, setWanted] = useState<string>();
  const quantities = [...new Set(chosen.days.map((one) => one.quantity))];
  const quantity = quantities.find((one) => one === wanted) ?? quantities[0] ?? "electricity_import";
  const compared = label === "" ? undefined : (others.find((one) => one.label === label) ?? others[0]);
  const chart = useMemo(() => chartOfDays({ chosen, compared, quantity, zone }), [chosen, compared, quantity, zone]);
  const unit = unitOf(quantity);
  return (
    <>
      {(others.length > 0 || quantities.length > 1) && (
        <div className="mb-3 grid gap-4 sm:grid-cols-2 lg:max-w-2xl">
          {others.length > 0 && (
            <SelectField
              label={t("days.compare")}
              value={compared?.label ?? ""}
              onChange={(event) => setLabel(event.target.value)}
            >
              <option value="">{t("days.nothing")}</option>
              {others.map((one) => (
                <option key={one.label} value={one.label}>
                  {one.label}
                </option>
              ))}
            </SelectField>
          )}
          {quantities.length > 1 && (
            <SelectField
              label={t("field.quantity")}
              value={quantity}
              onChange={(event) => setWanted(event.target.value)}
            >
              {quantities.map((one) => (
                <option key={one} value={one}>
                  {t(`ui:quantity.${one}`)}
                </option>
              ))}
            </SelectField>
          )}
        </div>
      )}
      <TimeChart
        chart={chart}
        height={240}
        title={t("days.title")}
        unit={t("days.unit", { unit })}
        say={(value) => formatValue(value, unit)}
      />
    </>
  );
}
