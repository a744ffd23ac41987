import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { ScopesEnum } from "@/api";
import { tokensCreateMutation, tokensListQueryKey } from "@/api/@tanstack/react-query.gen";
import { ApiError } from "@/lib/http";
import { useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { CheckField, TextField } from "@/ui/Field";
import { Failed } from "@/ui/State";
import { Secret } from "./Secret";

const SCOPES = ["read", "import", "jobs", "admin"] as const;

export function NewToken({ close }: { close: () => void }) {
  const { t } = useTranslation("settings");
  const { organization } = useVisit();
  const queryClient = useQueryClient();
  const make = useMutation({
    ...tokensCreateMutation(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensListQueryKey() }),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const until = String(form.get("expires") ?? "");
    make.mutate({
      body: {
        organization: organization.id,
        name: String(form.get("name")),
        scopes: form.getAll("scope").map(String) as ScopesEnum[],
        expires_at: until ? new Date(`${until}T23:59:59`).toISOString() : null,
      },
    });
  }
  const refusal = make.error as unknown;
  const fields = refusal instanceof ApiError ? refusal.fields : {};
  if (make.data) {
    return (
      <Dialog
        open
        onClose={close}
        title={make.data.name}
        actions={
          <Button look="primary" onClick={close}>
            {t("tokens.done")}
          </Button>
        }
      >
        <Secret text={make.data.token} note={t("tokens.once")} />
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={close} title={t("tokens.create")}>
      <form onSubmit={submit} className="space-y-4">
        <TextField label={t("tokens.name")} name="name" required hint={t("tokens.nameHint")} errors={fields.name} />
        <fieldset>
          <legend className="text-13 font-medium text-ink-2">{t("tokens.scopes")}</legend>
          {SCOPES.map((scope) => (
            <CheckField
              key={scope}
              name="scope"
              value={scope}
              defaultChecked={scope === "read"}
              label={t(`tokens.scope.${scope}`)}
            />
          ))}
        </fieldset>
        <TextField
          label={t("tokens.expires")}
          name="expires"
          type="date"
          hint={t("tokens.expiresHint")}
          errors={fields.expires_at}
        />
        {refusal instanceof Error && <Failed error={refusal} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={make.isPending}>
            {t("tokens.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
