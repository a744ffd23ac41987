export interface ConsumersSearch {
  q?: string;
  sort?: string;
  cluster?: number;
  /** "key=value" of one detail */
  detail?: string;
}

const SORTS = ["key", "-key", "name", "-name", "created_at", "-created_at"];

export function parseConsumersSearch(search: Record<string, unknown>): ConsumersSearch {
  return {
    q: search.q === undefined || search.q === "" ? undefined : String(search.q),
    sort: SORTS.find((sort) => sort === search.sort),
    cluster: typeof search.cluster === "number" ? search.cluster : undefined,
    detail: typeof search.detail === "string" && search.detail.includes("=") ? search.detail : undefined,
  };
}
