import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Failed } from "@/ui/State";
import { useImportCalls } from "../calls";
import { RecipeFields } from "../RecipeFields";
import { differences, stated } from "../recipe";
import type { Recipe, Run } from "../types";

interface Props {
  run: Run;
  columns: string[];
  chosen: { recipe: Recipe };
  likeliest: { recipe: Recipe };
  onEdited: (edited: boolean) => void;
  isOpen?: boolean;
}

/** Every setting as it was understood; what is changed here counts when it is previewed again. */
export function Settings({ run, columns, chosen, likeliest, onEdited, isOpen = false }: Props) {
  const { t } = useTranslation("imports");
  const { again } = useImportCalls(run.id);
  const [changes, setChanges] = useState<Recipe>({});
  const isEdited = Object.keys(changes).length > 0;
  const change = (next: Recipe) => {
    setChanges(next);
    onEdited(Object.keys(next).length > 0);
  };
  // What nobody stated stays open, so that it is found anew under the changed settings.
  const recipe = { ...stated({ ...run.recipe, ...differences(chosen.recipe, likeliest.recipe) }), ...changes };
  return (
    <details className="border-t border-line-2 pt-1" open={isOpen || undefined}>
      <summary className="min-h-10 cursor-pointer py-2 font-medium text-accent">{t("settings.title")}</summary>
      <p className="measure mb-4 text-13 text-ink-3">{t("settings.hint")}</p>
      <RecipeFields
        recipe={{ ...chosen.recipe, ...changes }}
        columns={columns}
        onChange={(next) => change({ ...changes, ...next })}
      />
      <div className="mt-5 flex flex-wrap gap-2">
        <Button disabled={!isEdited} busy={again.isPending} onClick={() => again.mutate(recipe)}>
          {t("settings.again")}
        </Button>
        {isEdited && (
          <Button look="plain" onClick={() => change({})}>
            {t("settings.back")}
          </Button>
        )}
      </div>
      {again.error && (
        <div className="mt-4">
          <Failed error={again.error} />
        </div>
      )}
    </details>
  );
}
