import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";

interface Props {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}

export function Menu({ trigger, children, align = "end", side = "bottom" }: Props) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={6} className="z-50">
          <Base.Popup className="min-w-52 rounded-surface border border-line bg-float p-1 shadow-float">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

const ITEM =
  "flex w-full min-h-9 pointer-coarse:min-h-10 cursor-default items-center gap-3 rounded-control px-3 text-14 text-ink outline-none data-highlighted:bg-sunk";

export function MenuItem({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <Base.Item onClick={onClick} className={ITEM}>
      {children}
    </Base.Item>
  );
}

export function MenuChoice({
  checked,
  onClick,
  children,
}: {
  checked: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Base.CheckboxItem checked={checked} onCheckedChange={onClick} closeOnClick={false} className={ITEM}>
      <span aria-hidden="true" className={`w-3 ${checked ? "text-accent" : "text-transparent"}`}>
        ✓
      </span>
      {children}
    </Base.CheckboxItem>
  );
}

export function MenuTitle({ children }: { children: ReactNode }) {
  return <div className="px-3 pt-2 pb-1 text-12 text-ink-3">{children}</div>;
}
