import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { sessionDestroyMutation } from "@/api/@tanstack/react-query.gen";
import { useVisit } from "@/lib/session";
import { chooseTheme, THEMES, useChosenTheme } from "@/lib/theme";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { SimulatedMark } from "@/ui/Marks";
import { Menu, MenuChoice, MenuItem, MenuTitle } from "@/ui/Menu";
import { Mark } from "./Frame";
import { Palette } from "./Palette";

export function TopBar() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        setOpen((open) => !open);
      }
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-paper px-4 sm:px-6 lg:px-10">
      <span className="md:hidden">
        <Mark />
      </span>
      <OrganizationMenu />
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="ml-auto flex min-h-9 items-center gap-2 rounded-control px-2.5 text-ink-3 hover:bg-sunk hover:text-ink pointer-coarse:min-h-10 sm:min-w-56 sm:border sm:border-line-2"
      >
        <Icon name="search" size={18} />
        <span className="sr-only sm:not-sr-only">{t("top.search")}</span>
        <kbd className="ml-auto hidden font-sans text-12 text-ink-3 sm:inline">⌘K</kbd>
      </button>
      <PersonMenu />
      <Palette isOpen={isOpen} close={() => setOpen(false)} />
    </header>
  );
}

function OrganizationMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { organization, organizations } = useVisit();
  const name = <span className="truncate font-medium">{organization.name}</span>;
  return (
    <div className="flex min-w-0 items-center gap-2">
      {organizations.length > 1 ? (
        <Menu
          align="start"
          trigger={
            <Button
              look="plain"
              className="min-w-0 !text-ink"
              aria-label={`${t("top.organization")}: ${organization.name}`}
            >
              {name}
              <Icon name="down" size={14} />
            </Button>
          }
        >
          {organizations.map((one) => (
            <MenuItem
              key={one.id}
              onClick={() =>
                void navigate({
                  to: "/",
                  search: { org: one.slug, range: undefined, at: undefined, from: undefined, to: undefined },
                })
              }
            >
              <span className={one.id === organization.id ? "font-semibold" : ""}>{one.name}</span>
            </MenuItem>
          ))}
        </Menu>
      ) : (
        name
      )}
      {organization.is_simulated && <SimulatedMark />}
    </div>
  );
}

function PersonMenu() {
  const { t } = useTranslation();
  const { user } = useVisit();
  const chosen = useChosenTheme();
  const queryClient = useQueryClient();
  const signOut = useMutation({
    ...sessionDestroyMutation(),
    // A full load leaves nothing of the session in memory.
    onSuccess: () => {
      queryClient.clear();
      window.location.assign("/sign-in");
    },
  });
  return (
    <Menu
      trigger={
        <Button look="icon" aria-label={t("top.person")}>
          <Icon name="person" />
        </Button>
      }
    >
      <div className="max-w-64 truncate px-3 py-2 text-13 text-ink-2">{user.name || user.email}</div>
      <MenuTitle>{t("top.theme")}</MenuTitle>
      {THEMES.map((theme) => (
        <MenuChoice key={theme} checked={theme === chosen} onClick={() => chooseTheme(theme)}>
          {t(`top.themes.${theme}`)}
        </MenuChoice>
      ))}
      <div className="my-1 border-t border-line" />
      <MenuItem onClick={() => signOut.mutate({})}>
        <Icon name="leave" />
        {t("top.signOut")}
      </MenuItem>
    </Menu>
  );
}
