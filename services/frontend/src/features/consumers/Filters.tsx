import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  attributeDefinitionsListOptions,
  clusteringRunsListOptions,
  clusteringRunsRetrieveOptions,
} from "@/api/@tanstack/react-query.gen";
import { useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { SavedFilters } from "./SavedFilters";
import type { ConsumersSearch } from "./search";

export function useCurrentClusters() {
  const { organization } = useVisit();
  const runs = useQuery(clusteringRunsListOptions({ query: { organization: organization.id, page_size: 10 } }));
  const current = runs.data?.results.find((run) => run.is_current);
  const detail = useQuery({
    ...clusteringRunsRetrieveOptions({ path: { id: current?.id ?? 0 } }),
    enabled: Boolean(current),
  });
  return detail.data?.clusters ?? [];
}

export function Filters({ search }: { search: ConsumersSearch }) {
  const { t } = useTranslation("consumers");
  const navigate = useNavigate();
  const { organization } = useVisit();
  const clusters = useCurrentClusters();
  const definitions = useQuery(
    attributeDefinitionsListOptions({ query: { organization: organization.id, page_size: 200 } }),
  );
  const choices = (definitions.data?.results ?? []).filter((one) => one.choices?.length);
  const router = useRouter();
  function set(change: Partial<ConsumersSearch>) {
    // Typing that pauses after a click on a consumer must not lead back here.
    if (router.latestLocation.pathname !== "/consumers") return;
    void navigate({ to: "/consumers", search: (old) => ({ ...old, ...change }), replace: true });
  }
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <SearchBox value={search.q ?? ""} onChange={(q) => set({ q: q || undefined })} />
      {clusters.length > 0 && (
        <select
          aria-label={t("cluster")}
          className="field !w-auto max-w-56"
          value={search.cluster ?? ""}
          onChange={(event) => set({ cluster: Number(event.target.value) || undefined })}
        >
          <option value="">{t("anyCluster")}</option>
          {clusters.map((cluster) => (
            <option key={cluster.id} value={cluster.id}>
              {cluster.number}. {cluster.label}
            </option>
          ))}
        </select>
      )}
      {choices.length > 0 && (
        <select
          aria-label={t("detail")}
          className="field !w-auto max-w-56"
          value={search.detail ?? ""}
          onChange={(event) => set({ detail: event.target.value || undefined })}
        >
          <option value="">{t("anyDetail")}</option>
          {choices.map((definition) => (
            <optgroup key={definition.key} label={definition.label}>
              {definition.choices?.map((choice) => (
                <option key={choice} value={`${definition.key}=${choice}`}>
                  {definition.label}: {choice}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      )}
      {(search.q || search.cluster || search.detail) && (
        <Button look="plain" onClick={() => set({ q: undefined, cluster: undefined, detail: undefined })}>
          {t("clear")}
        </Button>
      )}
      <SavedFilters search={search} apply={set} />
    </div>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("consumers");
  const [typed, setTyped] = useState(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: waits for the typing to pause; `onChange` is new on each render
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => setTyped(value), [value]);
  return (
    <input
      type="search"
      aria-label={t("search")}
      placeholder={t("search")}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      className="field sm:!w-72"
    />
  );
}
