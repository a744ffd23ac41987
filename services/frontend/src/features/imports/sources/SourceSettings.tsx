import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/lib/http";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Section } from "@/ui/Page";
import { Query } from "@/ui/Query";
import { Failed } from "@/ui/State";
import { RecipeFields } from "../RecipeFields";
import type { Recipe } from "../types";
import { useSourceCalls, useSourceKinds } from "./calls";
import { EveryField } from "./Every";
import { SchemaFields } from "./SchemaFields";
import { beginning, filled, settingsOf } from "./schema";
import type { Settings, Source, SourceKind } from "./types";

/** Where it asks and how, and how its data is read. */
export function SourceSettings({ source }: { source: Source }) {
  const { t } = useTranslation("imports");
  const kinds = useSourceKinds();
  return (
    <Section title={t("source.settings")} className="max-w-3xl">
      <Query of={kinds}>
        {(all) => {
          const kind = all.find((one) => one.kind === source.kind);
          return kind ? <Form source={source} kind={kind} /> : <p className="text-ink-2">{t("source.gone")}</p>;
        }}
      </Query>
    </Section>
  );
}

function Form({ source, kind }: { source: Source; kind: SourceKind }) {
  const { t } = useTranslation("imports");
  const settings = settingsOf(kind.settings_schema);
  const [name, setName] = useState(source.name);
  const [every, setEvery] = useState(source.every);
  const [values, setValues] = useState<Settings>(() => beginning(settings, source.config));
  const [recipe, setRecipe] = useState<Recipe>(source.recipe);
  const { change } = useSourceCalls(source.id);
  const refusal: unknown = change.error;
  const errors = refusal instanceof ApiError ? refusal.fields : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    const secrets = settings.filter((one) => one.isSecret && values[one.name]);
    change.mutate(
      {
        name: name.trim(),
        every,
        config: filled(
          settings.filter((one) => !one.isSecret),
          values,
        ),
        secrets: Object.fromEntries(secrets.map((one) => [one.name, String(values[one.name])])),
        recipe,
      },
      // A secret that was sent is kept by the platform, not by the page.
      {
        onSuccess: () => setValues((old) => ({ ...old, ...Object.fromEntries(secrets.map((one) => [one.name, ""])) })),
      },
    );
  }
  return (
    <form onSubmit={submit} onChange={() => change.reset()}>
      <div className="mb-4 grid gap-4 sm:grid-cols-2">
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
        secretsSet={source.secrets_set}
        onChange={(field, value) => setValues((old) => ({ ...old, [field]: value }))}
      />
      <details className="mt-4">
        <summary className="min-h-10 cursor-pointer py-2 font-medium text-accent">{t("source.recipe")}</summary>
        <p className="measure mb-4 text-13 text-ink-3">{t("source.recipeHint")}</p>
        <RecipeFields recipe={recipe} onChange={(next) => setRecipe((old) => ({ ...old, ...next }))} />
      </details>
      <div className="mt-5 flex flex-wrap items-center gap-3">
        <Button look="primary" type="submit" busy={change.isPending}>
          {t("source.save")}
        </Button>
        {change.isSuccess && <span role="status">{t("source.saved")}</span>}
      </div>
      {refusal !== null && refusal !== undefined && (
        <div className="mt-4">
          <Failed error={refusal} />
        </div>
      )}
    </form>
  );
}
