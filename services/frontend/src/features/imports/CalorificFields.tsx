import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Icon } from "@/ui/icons";
import type { CalorificValue } from "./types";

const USUAL: CalorificValue = { valid_from: null, mj_per_m3: 39.5, volume_correction: 1.02264 };

interface Props {
  values: CalorificValue[];
  onChange: (values: CalorificValue[]) => void;
}

/** What a cubic metre of gas holds, from a day on: for gas by volume. */
export function CalorificFields({ values, onChange }: Props) {
  const { t } = useTranslation("imports");
  const change = (index: number, part: Partial<CalorificValue>) =>
    onChange(values.map((one, place) => (place === index ? { ...one, ...part } : one)));
  return (
    <fieldset className="mt-5">
      <legend className="text-13 font-medium text-ink-2">{t("gas.title")}</legend>
      <p className="measure mt-1 text-12 text-ink-3">{t("gas.hint")}</p>
      {values.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no other name than their place
        <div key={index} className="mt-3 grid items-end gap-3 sm:grid-cols-[1fr_1fr_1fr_auto]">
          <TextField
            label={t("gas.from")}
            type="date"
            value={one.valid_from ?? ""}
            onChange={(event) => change(index, { valid_from: event.target.value || null })}
          />
          <TextField
            label={t("gas.value")}
            type="number"
            min={1}
            step="any"
            value={one.mj_per_m3}
            onChange={(event) => change(index, { mj_per_m3: Number(event.target.value) })}
          />
          <TextField
            label={t("gas.correction")}
            type="number"
            min={0.1}
            step="any"
            value={one.volume_correction}
            onChange={(event) => change(index, { volume_correction: Number(event.target.value) })}
          />
          <Button
            look="icon"
            aria-label={t("gas.remove", { number: index + 1 })}
            onClick={() => onChange(values.filter((_, place) => place !== index))}
          >
            <Icon name="close" size={16} />
          </Button>
        </div>
      ))}
      <Button look="plain" className="mt-2 -ml-2.5" onClick={() => onChange([...values, USUAL])}>
        {t("gas.add")}
      </Button>
    </fieldset>
  );
}
