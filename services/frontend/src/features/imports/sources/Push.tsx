import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useVisit } from "@/lib/session";

/** How a program sends readings by itself. */
export function Push() {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const body = {
    readings: [{ meter: "kitchen", starts_at: "2026-11-01T10:00:00Z", value: 0.412, resolution: "PT30M" }],
  };
  const example = [
    `curl -H "Authorization: Bearer ww_…" -H "Content-Type: application/json" \\`,
    `  "${window.location.origin}/api/readings/?organization=${organization.id}&create=true" \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join("\n");
  return (
    <details className="mt-6 max-w-3xl border-t border-line pt-1">
      <summary className="min-h-10 cursor-pointer py-2 font-medium text-accent">{t("push.title")}</summary>
      <p className="measure text-ink-2">{t("push.lead")}</p>
      <p className="mt-2">
        <Link to="/settings" search={{ tab: "tokens" }} className="text-accent hover:underline">
          {t("push.token")}
        </Link>
      </p>
      <p className="mt-4 text-13 text-ink-3">{t("push.example")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <pre tabIndex={0} className="mt-1 overflow-x-auto rounded-control bg-sunk p-3 font-mono text-12">
        {example}
      </pre>
    </details>
  );
}
