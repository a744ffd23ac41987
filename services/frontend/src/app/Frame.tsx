import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sessionRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { VisitProvider } from "@/lib/session";
import { Icon } from "@/ui/icons";
import { Menu, MenuItem } from "@/ui/Menu";
import { Empty } from "@/ui/State";
import { NAV } from "./nav";
import { organizationOf } from "./router";
import { TopBar } from "./TopBar";

export function Frame() {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionRetrieveOptions());
  const { org } = useSearch({ from: "/frame" });
  const [isNarrow, setNarrow] = useState(() => localStorage.getItem("wattwise.rail") === "narrow");
  const organization = organizationOf(session, org);
  if (!session.user) return null;
  if (!organization) {
    return (
      <div className="mx-auto max-w-xl p-8">
        <Empty title={t("nowhere.title")}>{t("nowhere.body")}</Empty>
      </div>
    );
  }
  function toggle() {
    localStorage.setItem("wattwise.rail", isNarrow ? "wide" : "narrow");
    setNarrow(!isNarrow);
  }
  return (
    <VisitProvider visit={{ user: session.user, organization, organizations: session.organizations }}>
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("skip")}
      </a>
      <div
        className={`grid min-h-dvh grid-cols-[minmax(0,1fr)] ${isNarrow ? "md:grid-cols-[64px_minmax(0,1fr)]" : "md:grid-cols-[208px_minmax(0,1fr)]"}`}
      >
        <Rail isNarrow={isNarrow} toggle={toggle} />
        <div className="min-w-0">
          <TopBar />
          <main id="content" tabIndex={-1} className="outline-none">
            <Outlet />
          </main>
        </div>
      </div>
      <BottomBar />
    </VisitProvider>
  );
}

function Rail({ isNarrow, toggle }: { isNarrow: boolean; toggle: () => void }) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("nav.label")}
      className="sticky top-0 hidden h-dvh flex-col border-r border-line px-3 py-4 md:flex"
    >
      <Link
        to="/"
        className="mb-6 flex min-h-9 items-center gap-2.5 px-2.5 font-semibold tracking-[-0.01em]"
        aria-label={t("name")}
      >
        <Mark />
        {!isNarrow && <span>{t("name")}</span>}
      </Link>
      <ul className="flex flex-col gap-0.5">
        {NAV.map(({ to, key, icon }) => (
          <li key={key}>
            <Link
              to={to}
              title={isNarrow ? t(`nav.${key}`) : undefined}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              className="flex min-h-9 items-center gap-3 rounded-control px-2.5 text-ink-2 hover:bg-sunk hover:text-ink"
              activeProps={{ className: "!text-ink font-semibold [&_svg]:text-accent" }}
            >
              <Icon name={icon} className="shrink-0" />
              <span className={isNarrow ? "sr-only" : ""}>{t(`nav.${key}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <button
        type="button"
        onClick={toggle}
        aria-label={isNarrow ? t("nav.expand") : t("nav.collapse")}
        className="mt-auto flex min-h-9 items-center gap-3 rounded-control px-2.5 text-ink-3 hover:bg-sunk hover:text-ink"
      >
        <Icon name={isNarrow ? "right" : "left"} />
      </button>
    </nav>
  );
}

/** On phones: four places within reach of a thumb, the rest behind one. */
function BottomBar() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const item = "flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] leading-4 text-ink-2";
  return (
    <nav
      aria-label={t("nav.label")}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-paper pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {NAV.slice(0, 4).map(({ to, key, icon }) => (
        <Link
          key={key}
          to={to}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          className={item}
          activeProps={{ className: "!text-ink font-semibold [&_svg]:text-accent" }}
        >
          <Icon name={icon} />
          {t(`nav.${key}`)}
        </Link>
      ))}
      <Menu
        side="top"
        trigger={
          <button type="button" className={item}>
            <Icon name="menu" />
            {t("nav.more")}
          </button>
        }
      >
        {NAV.slice(4).map(({ to, key, icon }) => (
          <MenuItem key={key} onClick={() => void navigate({ to })}>
            <Icon name={icon} />
            {t(`nav.${key}`)}
          </MenuItem>
        ))}
      </Menu>
    </nav>
  );
}

export function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <path
        d="M5 19c3 0 3-8 6-8s3 12 6.5 12S20.5 8 24 8c1.6 0 2.3 2 3 4"
        fill="none"
        className="stroke-paper"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
