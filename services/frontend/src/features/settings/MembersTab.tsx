import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Member, RoleEnum } from "@/api";
import {
  membersDestroyMutation,
  membersListOptions,
  membersListQueryKey,
  membersPartialUpdateMutation,
} from "@/api/@tanstack/react-query.gen";
import { useMay, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Query } from "@/ui/Query";
import { Failed } from "@/ui/State";
import { NewMember } from "./NewMember";

export const ROLES: RoleEnum[] = ["owner", "manager", "analyst", "viewer", "household"];

export function MembersTab() {
  const { t } = useTranslation("settings");
  const { organization } = useVisit();
  const may = useMay("owner");
  const [isAdding, setAdding] = useState(false);
  const members = useQuery(membersListOptions({ query: { organization: organization.id, page_size: 500 } }));
  return (
    <>
      {may ? (
        <Button className="mb-4" onClick={() => setAdding(true)}>
          {t("members.add")}
        </Button>
      ) : (
        <p className="mb-4 text-13 text-ink-2">{t("ownerOnly")}</p>
      )}
      {isAdding && <NewMember close={() => setAdding(false)} />}
      <Query of={members}>
        {(page) =>
          page.results.length === 0 ? (
            <p className="measure text-ink-2">{t("members.none")}</p>
          ) : (
            <ul className="divide-y divide-line">
              {page.results.map((member) => (
                <Row key={member.id} member={member} may={may} />
              ))}
            </ul>
          )
        }
      </Query>
    </>
  );
}

function Row({ member, may }: { member: Member; may: boolean }) {
  const { t } = useTranslation(["settings", "ui"]);
  const { user, organization } = useVisit();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const onSuccess = () => {
    setAsking(false);
    return queryClient.invalidateQueries({ queryKey: membersListQueryKey() });
  };
  const change = useMutation({ ...membersPartialUpdateMutation(), onSuccess });
  const remove = useMutation({ ...membersDestroyMutation(), onSuccess });
  const isMe = member.user.id === user.id;
  const name = member.user.name || member.user.email;
  const error = change.error ?? remove.error;
  return (
    <li className="py-2.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <div className="min-w-0 grow">
          <p className="truncate font-medium">
            {name} {isMe && <span className="font-normal text-ink-3">({t("members.you")})</span>}
          </p>
          <p className="truncate text-13 text-ink-3">{member.user.email}</p>
        </div>
        {may && !isMe && member.role !== "household" ? (
          <select
            aria-label={`${t("members.role")}: ${name}`}
            className="field !w-auto"
            value={member.role}
            onChange={(event) =>
              change.mutate({ path: { id: member.id }, body: { role: event.target.value as RoleEnum } })
            }
          >
            {ROLES.filter((role) => role !== "household").map((role) => (
              <option key={role} value={role}>
                {t(`members.roles.${role}`)}
              </option>
            ))}
          </select>
        ) : (
          <span className="text-ink-2">{t(`members.roles.${member.role}`)}</span>
        )}
        {may && !isMe && (
          <Button look="plain" onClick={() => setAsking(true)}>
            {t("members.remove")}
          </Button>
        )}
      </div>
      {error && <Failed error={error} />}
      <Dialog
        open={isAsking}
        onClose={() => setAsking(false)}
        title={t("members.removeTitle", { name })}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
            <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate({ path: { id: member.id } })}>
              {t("members.remove")}
            </Button>
          </>
        }
      >
        <p>{t("members.removeBody", { organization: organization.name })}</p>
      </Dialog>
    </li>
  );
}
