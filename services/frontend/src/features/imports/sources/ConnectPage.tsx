import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/lib/http";
import { useMay } from "@/lib/session";
import { Button, ButtonLink } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Page } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Empty, Failed } from "@/ui/State";
import { useConnect, useSourceKinds } from "./calls";
import { EveryField } from "./Every";
import { SchemaFields } from "./SchemaFields";
import { beginning, filled, settingsOf } from "./schema";
import type { Settings, Source, SourceKind } from "./types";

/** From "what do you have?" to a preview of what it would bring: choose a kind, fill in its few fields. */
export function ConnectPage() {
  const { t } = useTranslation("imports");
  const { kind } = useSearch({ from: "/frame/sources/new" });
  const may = useMay("manager");
  const kinds = useSourceKinds();
  return (
    <Query of={kinds}>
      {(all) => {
        const chosen = all.find((one) => one.kind === kind);
        const above = chosen ? (
          <Link
            to="/sources/new"
            search={(old) => ({ ...old, kind: undefined })}
            className="hover:text-ink hover:underline"
          >
            {t("connect.title")}
          </Link>
        ) : (
          <Link to="/sources" className="hover:text-ink hover:underline">
            {t("title")}
          </Link>
        );
        return (
          <Page
            title={chosen?.title ?? t("connect.title")}
            lead={chosen?.description ?? t("connect.lead")}
            above={above}
          >
            {!may ? (
              <p className="measure text-ink-2">{t("noRight")}</p>
            ) : chosen ? (
              <Form key={chosen.kind} kind={chosen} />
            ) : (
              <Kinds kinds={all.filter((one) => one.brings !== "uploads")} />
            )}
          </Page>
        );
      }}
    </Query>
  );
}

function Kinds({ kinds }: { kinds: SourceKind[] }) {
  const { t } = useTranslation("imports");
  const [wanted, setWanted] = useState("");
  const words = wanted.trim().toLowerCase();
  const shown = kinds.filter((one) => `${one.title} ${one.description}`.toLowerCase().includes(words));
  if (kinds.length === 0) {
    return (
      <Empty title={t("connect.none")} action={<ButtonLink to="/operations">{t("connect.operations")}</ButtonLink>}>
        {t("connect.noneSays")}
      </Empty>
    );
  }
  return (
    <div className="max-w-3xl">
      {kinds.length > 8 && (
        <div className="mb-4 max-w-sm">
          <TextField label={t("connect.find")} value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </div>
      )}
      <ul className="divide-y divide-line border-y border-line">
        {shown.map((one) => (
          <li key={one.kind}>
            <Link to="/sources/new" search={(old) => ({ ...old, kind: one.kind })} className="group block py-3">
              <span className="font-medium group-hover:text-accent">{one.title}</span>
              <span className="measure mt-0.5 block text-13 text-ink-2">{one.description}</span>
            </Link>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="py-4 text-ink-2">{t("connect.noMatch")}</p>}
    </div>
  );
}

function Form({ kind }: { kind: SourceKind }) {
  const { t } = useTranslation("imports");
  const navigate = useNavigate();
  const settings = settingsOf(kind.settings_schema);
  const [name, setName] = useState(kind.title);
  const [every, setEvery] = useState(kind.every);
  const [values, setValues] = useState<Settings>(() => beginning(settings));
  // A preview that could not be asked for leaves a draft: the next try changes it instead of making a second one.
  const made = useRef<Source>(undefined);
  const connect = useConnect();
  const refusal: unknown = connect.error;
  const errors = refusal instanceof ApiError ? refusal.fields : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    const secrets = settings.filter((one) => one.isSecret && values[one.name]);
    const wish = {
      name: name.trim(),
      every,
      config: filled(
        settings.filter((one) => !one.isSecret),
        values,
      ),
      secrets: Object.fromEntries(secrets.map((one) => [one.name, String(values[one.name])])),
    };
    connect.mutate(
      { kind: kind.kind, wish, made: made.current },
      {
        onSuccess: ({ source, run }) => {
          made.current = source;
          void navigate({ to: "/imports/$importId", params: { importId: String(run.id) } });
        },
      },
    );
  }
  return (
    <form onSubmit={submit} className="max-w-3xl">
      <div className="mb-6 grid gap-4 sm:grid-cols-2">
        <TextField
          label={t("source.name")}
          value={name}
          required
          maxLength={200}
          errors={errors.name}
          onChange={(event) => setName(event.target.value)}
        />
        {kind.brings === "fetches" && <EveryField value={every} onChange={setEvery} errors={errors.every} />}
      </div>
      <SchemaFields
        settings={settings}
        values={values}
        errors={errors}
        onChange={(field, value) => setValues((old) => ({ ...old, [field]: value }))}
      />
      {refusal !== null && refusal !== undefined && (
        <div className="mt-5">
          <Failed error={refusal} />
        </div>
      )}
      <div className="mt-6 flex flex-wrap gap-2">
        <Button look="primary" type="submit" busy={connect.isPending}>
          {t("connect.preview")}
        </Button>
        <ButtonLink to="/sources" look="plain">
          {t("connect.leave")}
        </ButtonLink>
      </div>
      <p className="mt-2 text-13 text-ink-3">{t(kind.brings === "listens" ? "connect.listens" : "connect.hint")}</p>
    </form>
  );
}
