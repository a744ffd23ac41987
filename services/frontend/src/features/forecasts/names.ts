import { useTranslation } from "react-i18next";

export function useModelName(): (name: string) => string {
  const { t } = useTranslation("forecasts");
  return (name) => (name === "seasonal_naive" || name === "lightgbm" ? t(`names.${name}`) : name.replaceAll("_", " "));
}

export const modelHue = (name: string) =>
  name === "seasonal_naive" ? "var(--comparison)" : name === "lightgbm" ? "var(--forecast)" : "var(--export)";
