import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { importsListQueryKey, importsRetrieveOptions, importsRetrieveQueryKey } from "@/api/@tanstack/react-query.gen";
import { client } from "@/api/client.gen";
import { isUnderWay } from "./state";
import type { Correction, Recipe, Run } from "./types";

interface Page<T> {
  count: number;
  results: T[];
}

export interface Start {
  recipe: Recipe;
  remember_as?: string;
}

const keyOf = (id: number) => importsRetrieveQueryKey({ path: { id } });

export function useImport(id: number) {
  return useQuery({
    ...importsRetrieveOptions({ path: { id } }),
    select: (data) => data as Run,
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data as Run) ? 1_000 : false),
  });
}

/** What can be asked of an import; each answers the import as it then is. */
export function useImportCalls(id: number) {
  const queryClient = useQueryClient();
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: keyOf(id) });
    void queryClient.invalidateQueries({ queryKey: importsListQueryKey() });
  };
  const again = useMutation({ mutationFn: (recipe: Recipe) => post(id, "preview", { recipe }), onSuccess });
  const start = useMutation({ mutationFn: (wish: Start) => post(id, "start", wish), onSuccess });
  const undo = useMutation({ mutationFn: () => post(id, "undo", {}), onSuccess });
  const discard = useMutation({
    mutationFn: () => client.delete({ url: "/api/imports/{id}/", path: { id }, throwOnError: true }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: importsListQueryKey() }),
  });
  return { again, start, undo, discard, refresh: onSuccess };
}

async function post(id: number, action: "preview" | "start" | "undo", body: Start | Record<string, never>) {
  return client.post({
    url: `/api/imports/{id}/${action}/`,
    path: { id },
    body,
    headers: { "Content-Type": "application/json" },
    throwOnError: true,
  });
}

export function useCorrections(id: number) {
  return useQuery({
    queryKey: ["importCorrections", id],
    queryFn: async ({ signal }) => {
      const url = "/api/imports/{id}/corrections/";
      const { data } = await client.get({ url, path: { id }, query: { page_size: 50 }, signal, throwOnError: true });
      return data as Page<Correction>;
    },
  });
}
