import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed, SkeletonRows } from "./State";

/** The four states of a view in one place; `children` gets data that exists. */
export function Query<T>({
  of: query,
  loading,
  children,
}: {
  of: UseQueryResult<T, unknown>;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <>{loading ?? <SkeletonRows />}</>;
}
