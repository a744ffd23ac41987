import { Link, type LinkProps } from "@tanstack/react-router";
import type { ButtonHTMLAttributes, ReactNode } from "react";

const LOOKS = {
  primary: "bg-accent text-on-accent hover:opacity-90 px-3.5",
  quiet: "border border-line-2 text-ink hover:bg-sunk px-3.5",
  plain: "text-ink-2 hover:text-ink hover:bg-sunk px-2.5",
  danger: "border border-danger-line text-danger hover:bg-danger-soft px-3.5",
  icon: "text-ink-2 hover:text-ink hover:bg-sunk w-9 pointer-coarse:w-10",
} as const;

const BASE =
  "control-height inline-flex items-center justify-center gap-2 rounded-control text-14 font-medium whitespace-nowrap transition-colors disabled:opacity-45 disabled:pointer-events-none";

export type Look = keyof typeof LOOKS;
export const buttonClass = (look: Look) => `${BASE} ${LOOKS[look]}`;

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  busy?: boolean;
}

export function Button({ look = "quiet", busy = false, className = "", disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={`${buttonClass(look)} ${busy ? "animate-pulse" : ""} ${className}`}
      {...rest}
    />
  );
}

export function ButtonLink({ look = "quiet", children, ...rest }: LinkProps & { look?: Look; children: ReactNode }) {
  return (
    <Link {...rest} className={buttonClass(look)}>
      {children}
    </Link>
  );
}
