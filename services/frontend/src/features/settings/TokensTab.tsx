import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Token } from "@/api";
import { tokensDestroyMutation, tokensListOptions, tokensListQueryKey } from "@/api/@tanstack/react-query.gen";
import { formatAge, formatDay, formatMoment } from "@/lib/format";
import { useMay, useNow, useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Query } from "@/ui/Query";
import { Failed } from "@/ui/State";
import { NewToken } from "./NewToken";

export function TokensTab() {
  const { t } = useTranslation("settings");
  const { organization } = useVisit();
  const may = useMay("owner");
  const [isMaking, setMaking] = useState(false);
  const tokens = useQuery({
    ...tokensListOptions({ query: { organization: organization.id, page_size: 200 } }),
    enabled: may,
  });
  if (!may) return <p className="text-ink-2">{t("ownerOnly")}</p>;
  return (
    <>
      <p className="measure mb-4 text-ink-2">{t("tokens.lead")}</p>
      <Button className="mb-4" onClick={() => setMaking(true)}>
        {t("tokens.create")}
      </Button>
      {isMaking && <NewToken close={() => setMaking(false)} />}
      <Query of={tokens}>
        {(page) =>
          page.results.length === 0 ? (
            <p className="text-ink-2">{t("tokens.none")}</p>
          ) : (
            <ul className="divide-y divide-line">
              {page.results.map((token) => (
                <Row key={token.id} token={token} />
              ))}
            </ul>
          )
        }
      </Query>
    </>
  );
}

function Row({ token }: { token: Token }) {
  const { t } = useTranslation(["settings", "ui"]);
  const { organization } = useVisit();
  const now = useNow();
  const zone = organization.timezone;
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation({
    ...tokensDestroyMutation(),
    onSuccess: () => {
      setAsking(false);
      return queryClient.invalidateQueries({ queryKey: tokensListQueryKey() });
    },
  });
  const facts = [
    token.scopes.join(", "),
    t("tokens.made", { moment: formatMoment(Date.parse(token.created_at), zone) }),
    token.last_used_at
      ? t("tokens.used", { age: formatAge(Date.parse(token.last_used_at), now, zone) })
      : t("tokens.never"),
    ...(token.expires_at ? [t("tokens.until", { day: formatDay(Date.parse(token.expires_at), zone) })] : []),
    ...(token.revoked_at ? [t("tokens.revoked", { day: formatDay(Date.parse(token.revoked_at), zone) })] : []),
  ];
  return (
    <li className={`flex flex-wrap items-center gap-x-4 py-2.5 ${token.revoked_at ? "text-ink-3" : ""}`}>
      <div className="min-w-0 grow">
        <p className="font-medium">
          {token.name} <code className="ml-2 font-mono text-12 font-normal text-ink-3">{token.prefix}…</code>
        </p>
        <p className="text-13 text-ink-3">{facts.join(" · ")}</p>
      </div>
      {!token.revoked_at && (
        <Button look="plain" onClick={() => setAsking(true)} aria-label={`${t("tokens.revoke")}: ${token.name}`}>
          {t("tokens.revoke")}
        </Button>
      )}
      <Dialog
        open={isAsking}
        onClose={() => setAsking(false)}
        title={t("tokens.revokeTitle", { name: token.name })}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("ui:cancel")}</Button>
            <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate({ path: { id: token.id } })}>
              {t("tokens.revoke")}
            </Button>
          </>
        }
      >
        <p>{t("tokens.revokeBody")}</p>
        {revoke.error && <Failed error={revoke.error} />}
      </Dialog>
    </li>
  );
}
