import { Dialog } from "@base-ui/react/dialog";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type ReactNode, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { consumersListOptions, metersListOptions } from "@/api/@tanstack/react-query.gen";
import { useVisit } from "@/lib/session";
import { chooseTheme, THEMES } from "@/lib/theme";
import { Icon } from "@/ui/icons";
import { NAV } from "./nav";

const ITEM = "flex min-h-10 cursor-default items-center gap-3 rounded-control px-3 data-[selected=true]:bg-sunk";

export function Palette({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-ink/25 dark:bg-paper/70" />
        <Dialog.Popup className="fixed top-[10dvh] left-1/2 z-50 w-[min(600px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-surface border border-line bg-float shadow-float">
          <Dialog.Title className="sr-only">{t("palette.label")}</Dialog.Title>
          <Commands close={close} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Commands({ close }: { close: () => void }) {
  const { t } = useTranslation(["app", "ui"]);
  const navigate = useNavigate();
  const { organization } = useVisit();
  const [typed, setTyped] = useState("");
  const sought = useDeferredValue(typed.trim());
  const query = { organization: organization.id, search: sought, page_size: 6 };
  const options = { enabled: sought.length > 0, placeholderData: keepPreviousData };
  const consumers = useQuery({ ...consumersListOptions({ query }), ...options });
  const meters = useQuery({ ...metersListOptions({ query }), ...options });
  const pages = NAV.filter(({ key }) => t(`nav.${key}`).toLowerCase().includes(typed.trim().toLowerCase()));
  const themes = THEMES.filter((theme) =>
    `${t("top.theme")} ${t(`top.themes.${theme}`)}`.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  function go(act: () => unknown) {
    close();
    void act();
  }
  return (
    // What is found comes from the server; the palette must not filter it again.
    <Command label={t("palette.label")} shouldFilter={false} loop>
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Icon name="search" className="shrink-0 text-ink-3" />
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder={t("palette.placeholder")}
          className="h-13 w-full bg-transparent text-16 outline-none placeholder:text-ink-3"
        />
      </div>
      <Command.List className="max-h-[56dvh] overflow-y-auto p-2">
        <Command.Empty className="px-3 py-6 text-ink-2">{t("palette.empty")}</Command.Empty>
        <Group title={t("palette.consumers")} shown={sought !== "" && Boolean(consumers.data?.results.length)}>
          {consumers.data?.results.map((one) => (
            <Command.Item
              key={one.id}
              value={`consumer-${one.id}`}
              className={ITEM}
              onSelect={() =>
                go(() => navigate({ to: "/consumers/$consumerId", params: { consumerId: String(one.id) } }))
              }
            >
              <Icon name="consumers" className="text-ink-3" />
              {one.name || one.key}
            </Command.Item>
          ))}
        </Group>
        <Group title={t("palette.meters")} shown={sought !== "" && Boolean(meters.data?.results.length)}>
          {meters.data?.results.map((one) => (
            <Command.Item
              key={one.id}
              value={`meter-${one.id}`}
              className={ITEM}
              onSelect={() => go(() => navigate({ to: "/meters/$meterId", params: { meterId: String(one.id) } }))}
            >
              <Icon name="forecasts" className="text-ink-3" />
              {one.name || one.key}
              <span className="text-13 text-ink-3">{t(`ui:quantity.${one.quantity}`)}</span>
            </Command.Item>
          ))}
        </Group>
        <Group title={t("palette.pages")} shown={pages.length > 0}>
          {pages.map(({ to, key, icon }) => (
            <Command.Item key={key} value={`page-${key}`} className={ITEM} onSelect={() => go(() => navigate({ to }))}>
              <Icon name={icon} className="text-ink-3" />
              {t(`nav.${key}`)}
            </Command.Item>
          ))}
        </Group>
        <Group title={t("palette.appearance")} shown={themes.length > 0}>
          {themes.map((theme) => (
            <Command.Item
              key={theme}
              value={`theme-${theme}`}
              className={ITEM}
              onSelect={() => go(() => chooseTheme(theme))}
            >
              <Icon name={theme === "light" ? "sun" : theme === "dark" ? "moon" : "screen"} className="text-ink-3" />
              {t(`top.themes.${theme}`)}
            </Command.Item>
          ))}
        </Group>
      </Command.List>
    </Command>
  );
}

function Group({ title, shown, children }: { title: string; shown: boolean; children: ReactNode }) {
  if (!shown) return null;
  return (
    <Command.Group
      heading={title}
      className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}
