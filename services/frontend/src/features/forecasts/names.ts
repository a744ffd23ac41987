import { useTranslation } from "react-i18next";

export function useModelName(): (name: string) => string {
  const { t } = useTranslation("forecasts");
  return (name) =>
    name === "seasonal_naive" || name === "lightgbm_global" ? t(`names.${name}`) : name.replaceAll("_", " ");
}

export const modelHue = (name: string) =>
  name === "seasonal_naive" ? "var(--comparison)" : name === "lightgbm_global" ? "var(--forecast)" : "var(--export)";
