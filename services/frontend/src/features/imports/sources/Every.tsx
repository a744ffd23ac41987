import { useTranslation } from "react-i18next";
import { formatResolution } from "@/lib/format";
import { SelectField } from "@/ui/Field";

const CHOICES = ["PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT6H", "P1D", "P7D"];

interface Props {
  value: string;
  onChange: (every: string) => void;
  errors?: string[];
}

/** How often a source is asked; empty: only when somebody wants it. */
export function EveryField({ value, onChange, errors }: Props) {
  const { t } = useTranslation("imports");
  const choices = value === "" || CHOICES.includes(value) ? CHOICES : [value, ...CHOICES];
  return (
    <SelectField
      label={t("source.every")}
      value={value}
      errors={errors}
      onChange={(event) => onChange(event.target.value)}
    >
      {choices.map((one) => (
        <option key={one} value={one}>
          {t("source.everyTime", { time: formatResolution(one) })}
        </option>
      ))}
      <option value="">{t("source.byHand")}</option>
    </SelectField>
  );
}
