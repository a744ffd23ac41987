import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sessionPasswordCreateMutation } from "@/api/@tanstack/react-query.gen";
import { ApiError } from "@/lib/http";
import { useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Failed } from "@/ui/State";

export function AccountTab() {
  const { t } = useTranslation("settings");
  const { user } = useVisit();
  const change = useMutation(sessionPasswordCreateMutation());
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    change.mutate(
      { body: { old: String(form.get("old")), new: String(form.get("new")) } },
      { onSuccess: () => element.reset() },
    );
  }
  const refusal = change.error as unknown;
  const fields = refusal instanceof ApiError ? refusal.fields : {};
  return (
    <form onSubmit={submit} className="max-w-md space-y-5">
      <p className="text-ink-2">{t("account.signedIn", { email: user.email })}</p>
      <TextField
        label={t("account.old")}
        name="old"
        type="password"
        autoComplete="current-password"
        required
        errors={fields.old}
      />
      <TextField
        label={t("account.new")}
        name="new"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        errors={fields.new}
      />
      <Button type="submit" look="primary" busy={change.isPending}>
        {t("account.change")}
      </Button>
      {change.isSuccess && <p role="status">{t("account.changed")}</p>}
      {refusal instanceof Error && <Failed error={refusal} />}
    </form>
  );
}
