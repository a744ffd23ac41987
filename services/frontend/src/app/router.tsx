import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import type { Session, SessionOrganization } from "@/api";
import { sessionRetrieveOptions } from "@/api/@tanstack/react-query.gen";
import { SignIn } from "@/features/accounts/SignIn";
import { parseConsumersSearch } from "@/features/consumers/search";
import { parseMeterSearch } from "@/features/meters/search";
import { parseJobsSearch } from "@/features/operations/search";
import { parseSettingsSearch } from "@/features/settings/search";
import { parseRangeSearch, type RangeSearch } from "@/lib/range";
import { Failed } from "@/ui/State";
import { Frame } from "./Frame";
import { Missing } from "./Missing";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({
    // Only addresses of our own: "//elsewhere" would lead away.
    next: typeof search.next === "string" && /^\/(?!\/)/.test(search.next) ? search.next : undefined,
  }),
  component: SignIn,
});

export interface FrameSearch extends RangeSearch {
  org?: string;
}

/** The organization of the address, or the first that has data. */
export function organizationOf(session: Session, slug: string | undefined): SessionOrganization | undefined {
  const all = session.organizations;
  return all.find((one) => one.slug === slug) ?? all.find((one) => one.data_ends_at !== null) ?? all[0];
}

const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  validateSearch: (search: Record<string, unknown>): FrameSearch => ({
    ...parseRangeSearch(search),
    org: typeof search.org === "string" ? search.org : undefined,
  }),
  search: { middlewares: [retainSearchParams(["org", "range", "at", "from", "to"])] },
  beforeLoad: async ({ context, location, search }) => {
    const session = await context.queryClient.ensureQueryData(sessionRetrieveOptions());
    if (!session.user) throw redirect({ to: "/sign-in", search: { next: location.href } });
    const organization = organizationOf(session, search.org);
    // With several organizations the address names the one, so that a pasted address shows the same view.
    if (organization && session.organizations.length > 1 && search.org !== organization.slug) {
      throw redirect({ to: ".", search: { ...location.search, org: organization.slug }, replace: true });
    }
  },
  component: Frame,
  errorComponent: ({ error, reset }) => (
    <div className="p-8">
      <Failed error={error} onRetry={reset} />
    </div>
  ),
});

const overview = createRoute({
  getParentRoute: () => frame,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/overview/OverviewPage"), "OverviewPage"),
});

const consumers = createRoute({
  getParentRoute: () => frame,
  path: "/consumers",
  validateSearch: parseConsumersSearch,
  component: lazyRouteComponent(() => import("@/features/consumers/ConsumersPage"), "ConsumersPage"),
});

const consumer = createRoute({
  getParentRoute: () => frame,
  path: "/consumers/$consumerId",
  component: lazyRouteComponent(() => import("@/features/consumers/ConsumerPage"), "ConsumerPage"),
});

const meter = createRoute({
  getParentRoute: () => frame,
  path: "/meters/$meterId",
  validateSearch: parseMeterSearch,
  component: lazyRouteComponent(() => import("@/features/meters/MeterPage"), "MeterPage"),
});

const clusters = createRoute({
  getParentRoute: () => frame,
  path: "/clusters",
  validateSearch: (search: Record<string, unknown>): { cluster?: number } => ({
    cluster: typeof search.cluster === "number" ? search.cluster : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/clusters/ClustersPage"), "ClustersPage"),
});

const forecasts = createRoute({
  getParentRoute: () => frame,
  path: "/forecasts",
  component: lazyRouteComponent(() => import("@/features/forecasts/ForecastsPage"), "ForecastsPage"),
});

const sources = createRoute({
  getParentRoute: () => frame,
  path: "/sources",
  component: lazyRouteComponent(() => import("@/features/imports/SourcesPage"), "SourcesPage"),
});

const connect = createRoute({
  getParentRoute: () => frame,
  path: "/sources/new",
  validateSearch: (search: Record<string, unknown>): { kind?: string } => ({
    kind: typeof search.kind === "string" ? search.kind : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/imports/sources/ConnectPage"), "ConnectPage"),
});

const source = createRoute({
  getParentRoute: () => frame,
  path: "/sources/$sourceId",
  component: lazyRouteComponent(() => import("@/features/imports/sources/SourcePage"), "SourcePage"),
});

const receipt = createRoute({
  getParentRoute: () => frame,
  path: "/imports/$importId",
  component: lazyRouteComponent(() => import("@/features/imports/ImportPage"), "ImportPage"),
});

const operations = createRoute({
  getParentRoute: () => frame,
  path: "/operations",
  validateSearch: parseJobsSearch,
  component: lazyRouteComponent(() => import("@/features/operations/OperationsPage"), "OperationsPage"),
});

const settings = createRoute({
  getParentRoute: () => frame,
  path: "/settings",
  validateSearch: parseSettingsSearch,
  component: lazyRouteComponent(() => import("@/features/settings/SettingsPage"), "SettingsPage"),
});

const pages = [
  overview,
  consumers,
  consumer,
  meter,
  clusters,
  forecasts,
  sources,
  connect,
  source,
  receipt,
  operations,
  settings,
];
const routeTree = root.addChildren([signIn, frame.addChildren(pages)]);

export function makeRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    context: { queryClient },
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultNotFoundComponent: Missing,
    defaultErrorComponent: ({ error, reset }) => (
      <div className="p-8">
        <Failed error={error} onRetry={reset} />
      </div>
    ),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
