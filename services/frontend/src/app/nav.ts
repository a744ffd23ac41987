import type { IconName } from "@/ui/icons";

/** The rail, in the order of the questions: is all right, who, what kind, what next, whence, how, settings. */
export const NAV = [
  { to: "/", key: "overview", icon: "overview" },
  { to: "/consumers", key: "consumers", icon: "consumers" },
  { to: "/clusters", key: "clusters", icon: "clusters" },
  { to: "/forecasts", key: "forecasts", icon: "forecasts" },
  { to: "/sources", key: "sources", icon: "sources" },
  { to: "/operations", key: "operations", icon: "operations" },
  { to: "/settings", key: "settings", icon: "settings" },
] as const satisfies readonly { to: string; key: string; icon: IconName }[];
