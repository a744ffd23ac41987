import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { consumersList } from "@/api";
import { formatCount } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { ButtonLink } from "@/ui/Button";
import { Page } from "@/ui/Page";
import { Empty, Failed, SkeletonRows } from "@/ui/State";
import { ConsumerTable } from "./ConsumerTable";
import { Filters } from "./Filters";
import type { ConsumersSearch } from "./search";

const PAGE_SIZE = 100;

function useConsumers(search: ConsumersSearch) {
  const { organization } = useVisit();
  const [key, value] = search.detail?.split(/=(.*)/s) ?? [];
  const query = {
    organization: organization.id,
    search: search.q,
    ordering: search.sort ?? "name",
    cluster: search.cluster,
    page_size: PAGE_SIZE,
    ...(key ? { [`attribute.${key}`]: value } : {}),
  };
  return useInfiniteQuery({
    queryKey: ["consumersList", "pages", query],
    initialPageParam: 1,
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await consumersList({ query: { ...query, page: pageParam }, signal, throwOnError: true });
      return data;
    },
    getNextPageParam: (last, _all, page) => (last.next ? page + 1 : undefined),
    placeholderData: keepPreviousData,
  });
}

export function ConsumersPage() {
  const { t } = useTranslation("consumers");
  const search = useSearch({ from: "/frame/consumers" });
  const consumers = useConsumers(search);
  const rows = consumers.data?.pages.flatMap((page) => page.results) ?? [];
  const count = consumers.data?.pages[0]?.count ?? 0;
  const isFiltered = Boolean(search.q || search.cluster || search.detail);
  const isEmpty = consumers.isSuccess && count === 0;
  return (
    <Page
      title={t("title")}
      lead={consumers.isSuccess ? t("lead", { count, formatted: formatCount(count) }) : undefined}
    >
      {isEmpty && !isFiltered ? (
        <Empty title={t("empty.title")} action={<ButtonLink to="/sources">{t("empty.action")}</ButtonLink>}>
          {t("empty.body")}
        </Empty>
      ) : (
        <>
          <Filters search={search} />
          {consumers.isError && <Failed error={consumers.error} onRetry={() => void consumers.refetch()} />}
          {consumers.isPending && <SkeletonRows rows={12} />}
          {isEmpty && <Empty title={t("none.title")}>{t("none.body")}</Empty>}
          {rows.length > 0 && (
            <ConsumerTable
              rows={rows}
              count={count}
              isStale={consumers.isPlaceholderData}
              onEnd={() => {
                if (consumers.hasNextPage && !consumers.isFetchingNextPage) void consumers.fetchNextPage();
              }}
            />
          )}
        </>
      )}
    </Page>
  );
}
