import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLength, formatSpan } from "@/lib/format";
import { Button } from "@/ui/Button";

const SHOWN = 6;

export interface Stretch {
  starts_at: string;
  ends_at: string;
}

interface Props<T extends Stretch> {
  stretches: T[];
  /** All that there are, of which these are the longest. */
  count: number;
  zone: string;
  none: string;
  remark: (stretch: T) => string;
  onShow: (start: number, end: number) => void;
}

/** Stretches of time, the longest first; each leads to the chart. */
export function Stretches<T extends Stretch>({ stretches, count, zone, none, remark, onShow }: Props<T>) {
  const { t } = useTranslation("meters");
  const [isOpen, setOpen] = useState(false);
  if (stretches.length === 0) return <p className="text-ink-2">{none}</p>;
  return (
    <>
      <ul className="divide-y divide-line">
        {stretches.slice(0, isOpen ? undefined : SHOWN).map((stretch) => {
          const [start, end] = [Date.parse(stretch.starts_at), Date.parse(stretch.ends_at)];
          return (
            <li key={stretch.starts_at}>
              <button
                type="button"
                onClick={() => onShow(start, end)}
                className="-mx-2 grid min-h-10 w-[calc(100%+1rem)] rounded-control px-2 py-2 text-left text-13 hover:bg-sunk"
              >
                <span className="font-medium">{formatSpan(start, end, zone)}</span>
                <span className="text-ink-2">
                  {formatLength(end - start)} · {remark(stretch)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {stretches.length > SHOWN && (
        <Button look="plain" className="mt-1 -ml-2.5" onClick={() => setOpen(!isOpen)}>
          {isOpen ? t("health.fewer") : t("health.more", { count: stretches.length - SHOWN })}
        </Button>
      )}
      {isOpen && count > stretches.length && (
        <p className="mt-2 text-12 text-ink-3">{t("health.longestOf", { shown: stretches.length, count })}</p>
      )}
    </>
  );
}
