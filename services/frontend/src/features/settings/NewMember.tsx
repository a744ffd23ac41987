import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RoleEnum } from "@/api";
import { membersCreateMutation, membersListQueryKey } from "@/api/@tanstack/react-query.gen";
import { ApiError } from "@/lib/http";
import { useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/Field";
import { Failed } from "@/ui/State";
import { ROLES } from "./MembersTab";
import { Secret } from "./Secret";

export function NewMember({ close }: { close: () => void }) {
  const { t } = useTranslation("settings");
  const { organization } = useVisit();
  const queryClient = useQueryClient();
  const [role, setRole] = useState<RoleEnum>("viewer");
  const add = useMutation({
    ...membersCreateMutation(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: membersListQueryKey() }),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const consumer = Number(form.get("consumer")) || null;
    add.mutate({
      body: {
        organization: organization.id,
        email: String(form.get("email")),
        name: String(form.get("name")),
        role,
        consumer,
      },
    });
  }
  const refusal = add.error as unknown;
  const fields = refusal instanceof ApiError ? refusal.fields : {};
  if (add.data) {
    return (
      <Dialog
        open
        onClose={close}
        title={t("members.added", { email: add.data.user.email })}
        actions={
          <Button look="primary" onClick={close}>
            {t("tokens.done")}
          </Button>
        }
      >
        {add.data.password ? (
          <Secret text={add.data.password} note={t("members.password")} />
        ) : (
          <p>{t("members.known")}</p>
        )}
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={close} title={t("members.add")}>
      <form onSubmit={submit} className="space-y-4">
        <TextField label={t("members.email")} name="email" type="email" required errors={fields.email} />
        <TextField label={t("members.name")} name="name" errors={fields.name} />
        <SelectField
          label={t("members.role")}
          value={role}
          onChange={(event) => setRole(event.target.value as RoleEnum)}
          hint={t(`members.roleNote.${role}`)}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {t(`members.roles.${one}`)}
            </option>
          ))}
        </SelectField>
        {role === "household" && (
          <TextField
            label={t("members.consumer")}
            name="consumer"
            inputMode="numeric"
            required
            hint={t("members.consumerHint")}
            errors={fields.consumer}
          />
        )}
        {refusal instanceof Error && <Failed error={refusal} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={add.isPending}>
            {t("members.add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
