import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import {
  type Column,
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  type Row,
  type Table,
  useReactTable,
  type VisibilityState,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Consumer } from "@/api";
import { Spark } from "@/charts/Spark";
import { formatCount, formatDay, formatEnergy } from "@/lib/format";
import { withoutUnfinishedDay } from "@/lib/time";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { ClusterChip } from "@/ui/Marks";
import { Menu, MenuChoice } from "@/ui/Menu";

const ROW = 44;
const SORTABLE: Record<string, string> = { name: "name" };
const WIDTHS: Record<string, string> = {
  name: "minmax(130px,1.4fr)",
  cluster: "minmax(120px,1.6fr)",
  use: "110px",
  spark: "112px",
  meters: "72px",
  until: "112px",
  timezone: "minmax(110px,1fr)",
};
const PHONE_COLUMNS = new Set(["name", "use"]);
const GRID = "grid grid-cols-(--phone-columns) items-center gap-x-4 md:grid-cols-(--columns)";
const COLUMNS_KEY = "wattwise.consumers.columns";

interface Props {
  rows: Consumer[];
  count: number;
  isStale: boolean;
  onEnd: () => void;
}

export function ConsumerTable({ rows, count, isStale, onEnd }: Props) {
  const { t } = useTranslation("consumers");
  const table = useConsumerTable(rows);
  const shown = table.getVisibleLeafColumns();
  const widths = (columns: Column<Consumer>[]) => columns.map((column) => WIDTHS[column.id]).join(" ");
  const style = {
    "--columns": widths(shown),
    "--phone-columns": widths(shown.filter((column) => PHONE_COLUMNS.has(column.id))),
  } as React.CSSProperties;
  return (
    <div className={isStale ? "opacity-60" : ""}>
      <div className="sticky top-14 z-20 flex h-0 items-start justify-end">
        <ColumnMenu table={table} />
      </div>
      <div role="table" aria-label={t("table", { count })} aria-rowcount={count} style={style}>
        <div role="rowgroup" className="sticky top-14 z-10 border-b border-line-2 bg-paper">
          <div role="row" className={`${GRID} min-h-10 pr-10 text-13 text-ink-3`}>
            {shown.map((column) => (
              <Head key={column.id} column={column} />
            ))}
          </div>
        </div>
        <Body rows={table.getRowModel().rows} onEnd={onEnd} />
      </div>
    </div>
  );
}

function useConsumerTable(rows: Consumer[]): Table<Consumer> {
  const [visible, setVisible] = useState<VisibilityState>(
    () => JSON.parse(localStorage.getItem(COLUMNS_KEY) ?? '{"meters":false,"timezone":false}') as VisibilityState,
  );
  useEffect(() => localStorage.setItem(COLUMNS_KEY, JSON.stringify(visible)), [visible]);
  return useReactTable({
    data: rows,
    columns: useColumns(),
    state: { columnVisibility: visible },
    onColumnVisibilityChange: setVisible,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
  });
}

function ColumnMenu({ table }: { table: Table<Consumer> }) {
  const { t } = useTranslation("consumers");
  const [, ...choices] = table.getAllLeafColumns();
  return (
    <Menu
      trigger={
        <Button look="icon" aria-label={t("columns")} title={t("columns")}>
          <Icon name="columns" size={18} />
        </Button>
      }
    >
      {choices.map((column) => (
        <MenuChoice key={column.id} checked={column.getIsVisible()} onClick={() => column.toggleVisibility()}>
          {t(`column.${column.id as "name"}`)}
        </MenuChoice>
      ))}
    </Menu>
  );
}

/** Only the rows in view exist, however many there are; near the end more are asked for. */
function Body({ rows, onEnd }: { rows: Row<Consumer>[]; onEnd: () => void }) {
  const host = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (host.current) setTop(host.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: top,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);
  return (
    <div role="rowgroup" ref={host} className="relative" style={{ height: virtual.getTotalSize() }}>
      {items.map((item) => {
        const row = rows[item.index];
        return row && <Line key={row.id} row={row} index={item.index} top={item.start - top} />;
      })}
    </div>
  );
}

function Line({ row, index, top }: { row: Row<Consumer>; index: number; top: number }) {
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      className={`${GRID} absolute inset-x-0 top-0 border-b border-line pr-10 hover:bg-sunk`}
      style={{ height: ROW, transform: `translateY(${top}px)` }}
    >
      {row.getVisibleCells().map((cell) => (
        <div key={cell.id} role="cell" className={`min-w-0 truncate ${lookOf(cell.column.id)}`}>
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </div>
      ))}
    </div>
  );
}

const lookOf = (column: string) =>
  `${PHONE_COLUMNS.has(column) ? "" : "hidden md:block"} ${column === "use" || column === "meters" ? "text-right" : ""}`;

function Head({ column }: { column: Column<Consumer> }) {
  const { t } = useTranslation("consumers");
  const { sort = "name" } = useSearch({ from: "/frame/consumers" });
  const navigate = useNavigate();
  const label = t(`column.${column.id as "name"}`);
  const key = SORTABLE[column.id];
  const look = lookOf(column.id);
  if (!key) {
    return (
      <div role="columnheader" className={look}>
        {label}
      </div>
    );
  }
  const direction = sort === key ? "ascending" : sort === `-${key}` ? "descending" : undefined;
  const next = sort === key ? `-${key}` : key;
  return (
    <div role="columnheader" aria-sort={direction} className={look}>
      <button
        type="button"
        aria-label={t("sortBy", { column: label })}
        className="inline-flex min-h-9 items-center gap-1 hover:text-ink"
        onClick={() => void navigate({ to: "/consumers", search: (old) => ({ ...old, sort: next }), replace: true })}
      >
        {label}
        {direction && <Icon name={direction === "ascending" ? "down" : "up"} size={12} />}
      </button>
    </div>
  );
}

function useColumns(): ColumnDef<Consumer>[] {
  const { t } = useTranslation("consumers");
  return useMemo(
    () => [
      {
        id: "name",
        header: t("column.name"),
        cell: ({ row: { original } }) => (
          <Link
            to="/consumers/$consumerId"
            params={{ consumerId: String(original.id) }}
            className="block truncate py-2.5 font-medium hover:text-accent"
          >
            {original.name || original.key}
          </Link>
        ),
      },
      {
        id: "cluster",
        header: t("column.cluster"),
        cell: ({ row: { original } }) => original.cluster && <ClusterChip cluster={original.cluster} />,
      },
      {
        id: "use",
        header: t("column.use"),
        cell: ({ row: { original } }) =>
          original.last_30_days_kwh === null ? "–" : formatEnergy(original.last_30_days_kwh),
      },
      {
        id: "spark",
        header: t("column.spark"),
        cell: ({ row: { original } }) => (
          <Spark values={withoutUnfinishedDay(original.spark_kwh, original.data_ends_at, original.timezone)} />
        ),
      },
      { id: "meters", header: t("column.meters"), cell: ({ row: { original } }) => formatCount(original.meters_count) },
      {
        id: "until",
        header: t("column.until"),
        cell: ({ row: { original } }) =>
          original.data_ends_at ? formatDay(Date.parse(original.data_ends_at), original.timezone) : "–",
      },
      { id: "timezone", header: t("column.timezone"), cell: ({ row: { original } }) => original.timezone },
    ],
    [t],
  );
}
