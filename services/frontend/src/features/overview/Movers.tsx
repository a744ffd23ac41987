import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Mover } from "@/api";
import { formatEnergy, formatPercent } from "@/lib/format";

export function Movers({ movers }: { movers: Mover[] }) {
  const { t } = useTranslation("overview");
  if (movers.length === 0) return <p className="measure text-ink-2">{t("movers.none")}</p>;
  const most = Math.max(...movers.map((mover) => Math.abs(mover.change)));
  return (
    <ul className="space-y-1">
      {movers.map(({ consumer, change, kwh }) => (
        <li key={consumer.id}>
          <Link
            to="/consumers/$consumerId"
            params={{ consumerId: String(consumer.id) }}
            className="grid min-h-9 grid-cols-[minmax(0,1fr)_96px_minmax(0,110px)] items-center gap-4 hover:text-accent"
          >
            <span className="truncate">{consumer.name || consumer.key}</span>
            <Bar change={change} most={most} />
            <span className="text-right text-13 text-ink-2">
              {t(change > 0 ? "movers.more" : "movers.less", { share: formatPercent(Math.abs(change)) })}
              <span className="sr-only"> {formatEnergy(kwh)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Bar({ change, most }: { change: number; most: number }) {
  const width = (Math.abs(change) / (most || 1)) * 48;
  return (
    <svg width="96" height="16" aria-hidden="true">
      <line x1="48" x2="48" y1="0" y2="16" stroke="var(--line-2)" />
      <rect
        x={change > 0 ? 48 : 48 - width}
        y="4"
        width={width}
        height="8"
        rx="1"
        fill={change > 0 ? "var(--gas)" : "var(--use)"}
      />
    </svg>
  );
}
