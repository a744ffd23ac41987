import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function SimulatedMark() {
  const { t } = useTranslation("ui");
  return (
    <span
      title={t("simulated.title")}
      className="rounded-full border border-dashed border-ink-3 px-2 py-px text-12 font-medium text-ink-2"
    >
      {t("simulated.label")}
    </span>
  );
}

export const clusterColour = (number: number) => `var(--cluster-${((number - 1) % 6) + 1})`;

export function ClusterDot({ number }: { number: number }) {
  return (
    <span
      aria-hidden="true"
      className="inline-grid size-[18px] shrink-0 place-items-center rounded-full text-[11px] font-semibold leading-none text-paper"
      style={{ background: clusterColour(number) }}
    >
      {number}
    </span>
  );
}

export function ClusterChip({ cluster }: { cluster: { id: number; number: number; label: string } }) {
  return (
    <Link
      to="/clusters"
      search={(previous) => ({ ...previous, cluster: cluster.number })}
      className="inline-flex max-w-full items-center gap-2 text-13 text-ink-2 hover:text-ink"
    >
      <ClusterDot number={cluster.number} />
      <span className="truncate">{cluster.label}</span>
    </Link>
  );
}

const TONES = {
  good: "bg-success",
  busy: "bg-use",
  warn: "bg-warning",
  bad: "bg-danger",
  idle: "bg-ink-3",
} as const;

export type Tone = keyof typeof TONES;

/** A state in a word; the dot only helps the eye find it. */
export function StateWord({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span
        aria-hidden="true"
        className={`size-2 rounded-full ${TONES[tone]} ${tone === "busy" ? "animate-pulse" : ""}`}
      />
      {children}
    </span>
  );
}

export function Progress({ share, label }: { share: number; label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-1 w-full overflow-hidden rounded-full bg-sunk"
    >
      <div
        className="h-full origin-left rounded-full bg-accent transition-transform duration-300"
        style={{ transform: `scaleX(${Math.max(0.01, Math.min(1, share))})` }}
      />
    </div>
  );
}
