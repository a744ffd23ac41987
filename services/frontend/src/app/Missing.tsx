import { useTranslation } from "react-i18next";
import { ButtonLink } from "@/ui/Button";
import { Empty } from "@/ui/State";

export function Missing() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto max-w-[1240px] px-4 pt-9 sm:px-10">
      <Empty title={t("missing.title")} action={<ButtonLink to="/">{t("missing.back")}</ButtonLink>}>
        {t("missing.body")}
      </Empty>
    </div>
  );
}
