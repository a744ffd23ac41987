import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Icon } from "./icons";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}

export function Dialog({ open, onClose, title, children, actions }: Props) {
  const { t } = useTranslation("ui");
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-ink/25 dark:bg-paper/70" />
        <Base.Popup className="fixed top-[12dvh] left-1/2 z-50 max-h-[76dvh] w-[min(560px,calc(100vw-32px))] -translate-x-1/2 overflow-y-auto rounded-surface border border-line bg-float p-6 shadow-float">
          <div className="mb-4 flex items-start justify-between gap-4">
            <Base.Title className="text-20 font-semibold tracking-[-0.01em]">{title}</Base.Title>
            <Base.Close render={<Button look="icon" aria-label={t("close")} className="-mt-1 -mr-2" />}>
              <Icon name="close" />
            </Base.Close>
          </div>
          {children}
          {actions && <div className="mt-6 flex flex-wrap justify-end gap-2">{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
