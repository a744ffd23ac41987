import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { formatCount } from "@/lib/format";
import type { Run } from "./types";

const MOST = 12;

/** The consumers that an import touched, as far as its preview named them. */
export function Touched({ run }: { run: Run }) {
  const { t } = useTranslation("imports");
  const meters = run.preview?.interpretations[0]?.meters ?? [];
  const keys = [...new Set(meters.map((meter) => meter.consumer_key || meter.meter_key))];
  if (keys.length === 0 || run.undone_at) return null;
  return (
    <p className="mt-6 flex flex-wrap items-baseline gap-x-4 text-13">
      <span className="text-ink-3">{t("receipt.touched")}</span>
      {keys.slice(0, MOST).map((key) => (
        <Link
          key={key}
          to="/consumers"
          search={(old) => ({ ...old, q: key })}
          className="inline-flex min-h-8 items-center text-accent underline-offset-4 hover:underline pointer-coarse:min-h-10"
        >
          {key}
        </Link>
      ))}
      {keys.length > MOST && (
        <span className="text-ink-3">{t("receipt.moreTouched", { formatted: formatCount(keys.length - MOST) })}</span>
      )}
    </p>
  );
}
