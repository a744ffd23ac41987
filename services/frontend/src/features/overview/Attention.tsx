import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Attention as Item } from "@/api";

export function Attention({ items }: { items: Item[] }) {
  const { t } = useTranslation("overview");
  if (items.length === 0) return <p className="measure text-ink-2">{t("attention.none")}</p>;
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.kind + item.title + item.link} className="flex items-start gap-3 py-3 first:pt-0">
          <span
            aria-hidden="true"
            className={`mt-1.5 size-2 shrink-0 rounded-full ${item.severity === "danger" ? "bg-danger" : "bg-warning"}`}
          />
          <div className="min-w-0 grow">
            <p className="font-medium">{item.title}</p>
            <p className="measure text-13 text-ink-2 [overflow-wrap:anywhere]">{item.detail}</p>
          </div>
          <Link
            to={item.link}
            className="py-1 text-13 font-medium text-accent underline-offset-4 hover:underline"
            aria-label={`${t("attention.look")}: ${item.title}`}
          >
            {t("attention.look")}
          </Link>
        </li>
      ))}
    </ul>
  );
}
