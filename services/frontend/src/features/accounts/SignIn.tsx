import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { sessionRetrieve } from "@/api";
import { sessionCreateMutation, sessionRetrieveQueryKey } from "@/api/@tanstack/react-query.gen";
import { ApiError } from "@/lib/http";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";

export function SignIn() {
  const { t } = useTranslation("accounts");
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next } = useSearch({ from: "/sign-in" });
  useEffect(() => {
    document.title = `${t("title")} · Wattwise`;
    // The answer sets the cookie whose token the sign-in needs.
    void sessionRetrieve().catch(() => undefined);
  }, [t]);
  const signIn = useMutation({
    ...sessionCreateMutation(),
    onSuccess: async () => {
      await queryClient.resetQueries({ queryKey: sessionRetrieveQueryKey() });
      router.history.push(next ?? "/");
    },
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ body: { email: String(form.get("email")), password: String(form.get("password")) } });
  }
  const refusal = signIn.error as unknown;
  return (
    <main className="mx-auto grid min-h-dvh max-w-[1080px] items-center gap-x-20 gap-y-10 px-4 py-12 sm:px-10 md:grid-cols-[1.2fr_1fr]">
      <div className="hidden md:block">
        <Days />
        <p className="mt-10 max-w-[18ch] text-40 font-semibold tracking-[-0.03em] text-balance">{t("lead")}</p>
      </div>
      <form onSubmit={submit} className="w-full max-w-90 space-y-5 justify-self-center md:justify-self-end">
        <div>
          <p className="text-14 font-semibold text-accent">Wattwise</p>
          <h1 className="mt-1 text-28 font-semibold tracking-[-0.02em]">{t("title")}</h1>
        </div>
        <TextField label={t("email")} name="email" type="email" autoComplete="username" required autoFocus />
        <TextField label={t("password")} name="password" type="password" autoComplete="current-password" required />
        {refusal instanceof Error && (
          <div role="alert" className="border-l-2 border-danger pl-3 text-13">
            <p className="font-medium">{refusal.message}</p>
            {refusal instanceof ApiError && refusal.remedy && <p className="text-ink-2">{refusal.remedy}</p>}
          </div>
        )}
        <Button type="submit" look="primary" busy={signIn.isPending} className="w-full">
          {t("submit")}
        </Button>
        <p className="text-13 text-ink-3">{t("first")}</p>
      </form>
    </main>
  );
}

/** A quiet picture: a week of half-hours, and the next days as a widening band. */
function Days() {
  const load = (hour: number) =>
    26 +
    18 * Math.exp(-(((hour % 24) - 19) ** 2) / 7) +
    9 * Math.exp(-(((hour % 24) - 8) ** 2) / 4) +
    3 * Math.sin(hour / 9);
  const at = (hour: number) => `${(hour * 3.2).toFixed(1)},${(96 - load(hour)).toFixed(1)}`;
  const past = Array.from({ length: 97 }, (_, hour) => at(hour)).join(" ");
  const coming = Array.from({ length: 49 }, (_, hour) => hour + 96);
  const spread = (hour: number) => 2 + (hour - 96) * 0.22;
  const edge = (sign: 1 | -1) =>
    coming.map((hour) => `${(hour * 3.2).toFixed(1)},${(96 - load(hour) + sign * spread(hour)).toFixed(1)}`);
  return (
    <svg viewBox="0 0 464 100" className="w-full" aria-hidden="true">
      <polygon points={[...edge(-1), ...edge(1).reverse()].join(" ")} fill="var(--forecast)" opacity="0.16" />
      <polyline points={past} fill="none" stroke="var(--use)" strokeWidth="2" strokeLinejoin="round" />
      <polyline
        points={coming.map(at).join(" ")}
        fill="none"
        stroke="var(--forecast)"
        strokeWidth="2"
        strokeDasharray="4 4"
      />
    </svg>
  );
}
