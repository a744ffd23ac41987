import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { importsListQueryKey, sourcesListQueryKey } from "@/api/@tanstack/react-query.gen";
import { client } from "@/api/client.gen";
import { useVisit } from "@/lib/session";
import type { Recipe, Run } from "../types";
import type { Source, SourceKind, SourceWish } from "./types";

const JSON_BODY = { headers: { "Content-Type": "application/json" }, throwOnError: true } as const;
const keyOf = (id: number) => ["source", id];

export function useSourceKinds() {
  return useQuery({
    queryKey: ["sourceKinds"],
    queryFn: async ({ signal }) => {
      const { data } = await client.get({ url: "/api/source-kinds/", signal, throwOnError: true });
      return data as SourceKind[];
    },
    staleTime: 60_000,
  });
}

/** What feeds the organization by itself: sources that fetch or listen. */
export function useSources() {
  const { organization } = useVisit();
  return useQuery({
    queryKey: [...sourcesListQueryKey(), "feeding", organization.id],
    queryFn: async ({ signal }) => {
      const query = { organization: organization.id, page_size: 200 };
      const { data } = await client.get({ url: "/api/sources/", query, signal, throwOnError: true });
      return (data as { results: Source[] }).results.filter((one) => one.brings !== "uploads");
    },
    refetchInterval: 20_000,
  });
}

export function useSource(id: number) {
  return useQuery({
    queryKey: keyOf(id),
    queryFn: async ({ signal }) => {
      const { data } = await client.get({ url: "/api/sources/{id}/", path: { id }, signal, throwOnError: true });
      return data as Source;
    },
    refetchInterval: 10_000,
  });
}

/** Makes a source and asks for the preview of what it would bring; answers that import. */
export function useConnect() {
  const { organization } = useVisit();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ kind, wish, made }: { kind: string; wish: SourceWish; made?: Source }) => {
      const source = made
        ? await change(made.id, wish)
        : await send<Source>("/api/sources/", { organization: organization.id, kind, ...wish });
      return { source, run: await send<Run>(`/api/sources/${source.id}/preview/`, {}) };
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: sourcesListQueryKey() }),
  });
}

export type SourceChange = Partial<SourceWish> & { recipe?: Recipe; state?: "active" | "paused" };

export function useSourceCalls(id: number) {
  const queryClient = useQueryClient();
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: keyOf(id) });
    void queryClient.invalidateQueries({ queryKey: sourcesListQueryKey() });
    void queryClient.invalidateQueries({ queryKey: importsListQueryKey() });
  };
  return {
    change: useMutation({ mutationFn: (wish: SourceChange) => change(id, wish), onSuccess }),
    fetch: useMutation({
      mutationFn: (since?: string) => send<Run>(`/api/sources/${id}/fetch/`, since ? { since } : {}),
      onSuccess,
    }),
    preview: useMutation({ mutationFn: () => send<Run>(`/api/sources/${id}/preview/`, {}), onSuccess }),
    readAgain: useMutation({
      mutationFn: () => send<{ started: number }>(`/api/sources/${id}/read-again/`, {}),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: () => client.delete({ url: "/api/sources/{id}/", path: { id }, throwOnError: true }),
      onSuccess: () => void queryClient.invalidateQueries({ queryKey: sourcesListQueryKey() }),
    }),
  };
}

async function change(id: number, body: SourceChange): Promise<Source> {
  return (await client.patch({ url: "/api/sources/{id}/", path: { id }, body, ...JSON_BODY })).data as Source;
}

async function send<T>(url: string, body: object): Promise<T> {
  return (await client.post({ url, body, ...JSON_BODY })).data as T;
}
