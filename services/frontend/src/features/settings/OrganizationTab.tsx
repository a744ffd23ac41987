import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { organizationsPartialUpdateMutation, sessionRetrieveQueryKey } from "@/api/@tanstack/react-query.gen";
import { ApiError } from "@/lib/http";
import { useMay, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Failed } from "@/ui/State";

export function OrganizationTab() {
  const { t } = useTranslation("settings");
  const { organization } = useVisit();
  const may = useMay("owner");
  const queryClient = useQueryClient();
  const change = useMutation({
    ...organizationsPartialUpdateMutation(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionRetrieveQueryKey() }),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change.mutate({
      path: { id: organization.id },
      body: {
        name: String(form.get("name")),
        timezone: String(form.get("timezone")),
        country: String(form.get("country")),
      },
    });
  }
  const refusal = change.error as unknown;
  const fields = refusal instanceof ApiError ? refusal.fields : {};
  return (
    <form onSubmit={submit} className="max-w-md space-y-5">
      <fieldset disabled={!may} className="space-y-5">
        <TextField
          label={t("organization.name")}
          name="name"
          defaultValue={organization.name}
          required
          errors={fields.name}
        />
        <TextField
          label={t("organization.timezone")}
          name="timezone"
          defaultValue={organization.timezone}
          required
          hint={t("organization.timezoneHint")}
          errors={fields.timezone}
        />
        <TextField
          label={t("organization.country")}
          name="country"
          defaultValue={organization.country}
          maxLength={2}
          hint={t("organization.countryHint")}
          errors={fields.country}
        />
      </fieldset>
      <p className="text-13 text-ink-3">
        {t("organization.slug")}: {organization.slug}. {organization.is_simulated && t("organization.simulated")}
      </p>
      {may ? (
        <Button type="submit" look="primary" busy={change.isPending}>
          {t("save")}
        </Button>
      ) : (
        <p className="text-13 text-ink-2">{t("ownerOnly")}</p>
      )}
      {change.isSuccess && <p role="status">{t("saved")}</p>}
      {refusal instanceof Error && <Failed error={refusal} />}
    </form>
  );
}
