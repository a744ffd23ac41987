import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, detailsOf } from "@/lib/http";
import { Button } from "./Button";

/** Failed: what happened, what is safe, what to do. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation("ui");
  const [copied, setCopied] = useState(false);
  const sentence = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof ApiError ? error.remedy : t("failed.remedy");
  async function copy() {
    await navigator.clipboard.writeText(detailsOf(error, new Date()));
    setCopied(true);
  }
  return (
    <div role="alert" className="measure border-l-2 border-danger py-1 pl-4">
      <p className="font-medium text-ink">{sentence}</p>
      {remedy && <p className="mt-1 text-ink-2">{remedy}</p>}
      <div className="mt-3 flex flex-wrap gap-2">
        {onRetry && <Button onClick={onRetry}>{t("failed.retry")}</Button>}
        <Button look="plain" onClick={copy}>
          {copied ? t("failed.copied") : t("failed.copy")}
        </Button>
      </div>
    </div>
  );
}

/** Empty: what this will show, and the one thing to do. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="measure py-6">
      <p className="text-16 font-medium">{title}</p>
      {children && <p className="mt-1 text-ink-2">{children}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

/** Partial: what is missing, and since when. */
export function Partial({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-l-2 border-warning py-0.5 pl-3 text-13 text-ink-2">
      <span>{children}</span>
      {action}
    </div>
  );
}

/** Loading: the shape of what comes, nothing that spins. */
export function Skeleton({ className = "", label }: { className?: string; label?: string }) {
  return (
    <div className={`skeleton ${className}`} role={label ? "status" : undefined} aria-hidden={label ? undefined : true}>
      {label && <span className="sr-only">{label}</span>}
    </div>
  );
}

export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation("ui");
  return (
    <div role="status" className="space-y-3 py-2">
      <span className="sr-only">{t("loading")}</span>
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <div key={key} className="skeleton h-8" />
      ))}
    </div>
  );
}
