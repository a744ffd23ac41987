import { useTranslation } from "react-i18next";
import { chooseTheme, THEMES, useChosenTheme } from "@/lib/theme";

export function AppearanceTab() {
  const { t } = useTranslation("settings");
  const chosen = useChosenTheme();
  return (
    <fieldset>
      <legend className="mb-2 text-13 font-medium text-ink-2">{t("appearance.theme")}</legend>
      {THEMES.map((theme) => (
        <label key={theme} className="flex min-h-10 items-center gap-3">
          <input
            type="radio"
            name="theme"
            checked={theme === chosen}
            onChange={() => chooseTheme(theme)}
            className="size-4 accent-(--accent)"
          />
          {t(`appearance.${theme}`)}
        </label>
      ))}
    </fieldset>
  );
}
