import type { SVGProps } from "react";

/** Our own small set, drawn on a 20-px grid with a 1.5-px pen; every icon stands beside or for a word. */
const PATHS = {
  overview: "M3 10.5 10 4l7 6.5M5 9v7h10V9M8.5 16v-4h3v4",
  consumers: "M3 16V8l4-3 4 3v8M11 10l2.5-2 3.5 2.5V16M2 16h16M6 11h2M6 13.5h2",
  clusters:
    "M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM14 11a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM7.5 16.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  forecasts: "M2.5 13c2 0 2.5-5 4.5-5s2.5 4 4 4M11 12l6.5-6M11 12l6.5 0M11 12l6.5 5",
  sources: "M10 3v8M6.5 8 10 11.5 13.5 8M3 13v3.5h14V13",
  operations: "M3 5h14M3 10h14M3 15h14M7 3.5v3M13 8.5v3M9 13.5v3",
  settings:
    "M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4",
  left: "m12 4.5-5.5 5.5 5.5 5.5",
  right: "m8 4.5 5.5 5.5L8 15.5",
  down: "m4.5 8 5.5 5.5L15.5 8",
  up: "m4.5 12.5 5.5-5.5 5.5 5.5",
  close: "m5 5 10 10M15 5 5 15",
  check: "m4 10.5 4 4 8-9",
  person: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 17c.5-3.5 3-5 6-5s5.5 1.5 6 5",
  sun: "M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5Z",
  screen: "M3 4h14v9.5H3zM7.5 17h5M10 13.5V17",
  table: "M3 4.5h14v11H3zM3 8.5h14M8 8.5v7M3 12h14",
  download: "M10 3v9M6.5 9 10 12.5 13.5 9M4 16.5h12",
  file: "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15",
  columns: "M3.5 4h13v12h-13zM8 4v12M12 4v12",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  warning: "M10 3 2.5 16.5h15zM10 8v4M10 14.2v.01",
  menu: "M3 6h14M3 10h14M3 14h14",
  leave: "M8 3.5H4v13h4M8.5 10H17M13.5 6.5 17 10l-3.5 3.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20, ...rest }: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
