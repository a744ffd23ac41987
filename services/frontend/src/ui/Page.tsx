import { type ReactNode, useEffect } from "react";
import { SimulatedMark } from "./Marks";

interface PageProps {
  title: string;
  /** The place above, as a link. */
  above?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  isSimulated?: boolean;
  children: ReactNode;
}

export function Page({ title, above, lead, actions, isSimulated = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Wattwise`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-[1240px] px-4 pt-6 pb-24 sm:px-6 sm:pt-9 lg:px-10">
      <header className="mb-8 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <div className="min-w-0">
          {above && <div className="mb-1 text-13 text-ink-3">{above}</div>}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-28 font-semibold tracking-[-0.02em] [overflow-wrap:anywhere]">{title}</h1>
            {isSimulated && <SimulatedMark />}
          </div>
          {lead && <div className="measure mt-1.5 text-ink-2">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page: a title over a hairline, never a box. */
export function Section({
  title,
  note,
  actions,
  children,
  className = "",
}: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section aria-label={title} className={`min-w-0 ${className}`}>
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-t border-line-2 pt-3">
        <h2 className="text-14 font-semibold">{title}</h2>
        {note && <p className="text-13 text-ink-3">{note}</p>}
        {actions && <div className="flex items-center gap-1">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
